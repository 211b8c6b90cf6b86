/**
 * A request as it arrived, in the pieces that a signature covers, and its parameters from either place. Must not:
 * correct anything; what is not as it must be is the verifier's to refuse.
 */
import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** Lower-case names; of one that came twice, both values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded pairs of the query string, in the order of arrival. */
  readonly query: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const BODY_MAX = 64 * 1024;

/** Reads the whole request, its body de-chunked. Rejects where the client goes away or the body is too large. */
export async function receive(incoming: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX) throw new Error('The request body is too large.');
    chunks.push(chunk);
  }
  const url = incoming.url ?? '/';
  const [path = '/', ...rest] = url.split('?');
  const headers = Object.entries(incoming.headers).map(
    ([name, value]) => [name, String(value ?? '')] as const,
  );
  return {
    method: incoming.method ?? '',
    path,
    headers: Object.fromEntries(headers),
    query: [...new URLSearchParams(rest.join('?'))],
    body: Buffer.concat(chunks),
  };
}

/** Parameters from the query string and from a form or JSON body; the query wins. */
export function parametersOf(request: SignedRequest): ReadonlyMap<string, string> {
  return new Map([...bodyParameters(request), ...request.query]);
}

function bodyParameters({ headers, body }: SignedRequest): readonly (readonly [string, string])[] {
  if (body.length === 0) return [];
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return [...new URLSearchParams(body.toString())];
  if (!type.startsWith('application/json')) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    throw new ApiError('InvalidParameter.Body', 'The request body is not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null) return [];
  return Object.entries(parsed).map(([name, value]) => [name, String(value)] as const);
}
