/**
 * The one file that touches the SDK and reveals secrets: one signed call, one answer or one fault, no retry.
 * The traps of the SDK that are handled here are told in docs/decisions/cloud-client.md.
 * Must not: keep or pass on an error of the SDK; the text of a JSON error quotes the answer, and so a secret.
 */
import './quiet-sdk.ts';
import * as OpenApi from '@alicloud/openapi-client';
import { RuntimeOptions } from '@alicloud/tea-util';
import { StationError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Endpoint } from './endpoint.ts';
import { type CallFault, faultOf } from './fault.ts';
import { createObserver, type Observation } from './observe.ts';
import { deadline } from './wait.ts';

/** An AccessKey pair, or with its token a temporary (STS) one. Never looked for anywhere else. */
export interface CloudAccess {
  readonly accessKeyId: string;
  readonly accessKeySecret: Secret;
  readonly securityToken?: Secret | undefined;
}

export type CloudAction =
  | 'RegisterDeviceCredential'
  | 'GetDeviceCredential'
  | 'RefreshDeviceCredential'
  | 'UnRegisterDeviceCredential'
  | 'ListDeviceCredentialClientId'
  | 'QuerySessionByClientId';

export type CallAnswer = (
  | { readonly kind: 'answer'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'fault'; readonly fault: CallFault }
) & {
  /** Milliseconds from sending to the end of the answer. */
  readonly tookMs: number;
  /** Server time minus station time in milliseconds, where the API itself answered. */
  readonly skewMs: number | undefined;
};

/** Sends once. Ends after `timeoutMs` at the latest, and at once on abort; never rejects. */
export type OpenApiCall = (
  action: CloudAction,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<CallAnswer>;

export interface OpenApiOptions {
  readonly endpoint: Endpoint;
  readonly access: CloudAccess;
  /** Milliseconds from sending to the end of the answer. */
  readonly timeoutMs: number;
}

// The package is CommonJS with `exports.default`: a bundler gives the class, native ESM the module object.
const imported: unknown = OpenApi.default;
const Client = ((imported as { default?: unknown }).default ?? imported) as typeof OpenApi.default;

// OnsMqtt 2020-04-20: RPC style at path `/`, parameters in the query, POST with an empty body.
const STYLE = {
  version: '2020-04-20',
  protocol: 'HTTPS',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
} as const;

const HEADER_VALUE = /^[\x21-\x7e]+$/;

/** Rejects CLOUD_KEY_REJECTED or CLOUD_TOKEN_REJECTED where a value is empty or cannot stand in a header. */
export function createOpenApiCall({ endpoint, access, timeoutMs }: OpenApiOptions): OpenApiCall {
  const observer = createObserver();
  const client = createClient(endpoint, access);
  // Equal, because the SDK's "connect" timeout is in truth one of the idle socket, also after sending.
  const runtime = new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs, autoretry: false });
  // The SDK's two clocks run one after the other; this one bounds their sum.
  const limitMs = timeoutMs + Math.min(500, timeoutMs / 4);

  return async (action, query, signal) => {
    const observation: Observation = {};
    const sentAt = Date.now();
    const startedAt = performance.now();
    using limit = deadline(signal, limitMs, () => new StationError('CLOUD_TIMEOUT', { action }));
    const params = new OpenApi.Params({ ...STYLE, action });
    const request = new OpenApi.OpenApiRequest({ query });
    const answer = observer.watch(observation, () => client.callApi(params, request, runtime));
    const outcome = await settled(answer, observation, limit.signal, signal);
    // Not by the wall clock, which somebody may be setting right at this moment.
    const tookMs = performance.now() - startedAt;
    const fault = faultOf(outcome, observation, tookMs >= timeoutMs);
    const base = { tookMs, skewMs: skewOf(observation, sentAt, fault) };
    if (fault) return { kind: 'fault', fault, ...base };
    return { kind: 'answer', body: bodyOf(outcome), ...base };
  };
}

function createClient(endpoint: Endpoint, access: CloudAccess): InstanceType<typeof Client> {
  const { accessKeyId, accessKeySecret, securityToken } = access;
  const secret = accessKeySecret.reveal();
  const token = securityToken?.reveal();
  // With an empty value the SDK would leave the credential open; a stray line end would fail as a bad header.
  if (!HEADER_VALUE.test(accessKeyId)) throw new StationError('CLOUD_KEY_REJECTED', { field: 'accessKeyId' });
  if (!secret) throw new StationError('CLOUD_KEY_REJECTED', { field: 'accessKeySecret' });
  if (token !== undefined && !HEADER_VALUE.test(token)) {
    throw new StationError('CLOUD_TOKEN_REJECTED', { field: 'securityToken' });
  }
  return new Client(
    new OpenApi.Config({
      accessKeyId,
      accessKeySecret: secret,
      ...(token === undefined ? {} : { securityToken: token }),
      endpoint: endpoint.host,
      protocol: endpoint.protocol,
      userAgent: 'keybench',
    }),
  );
}

export type CallOutcome =
  | { readonly kind: 'resolved'; readonly value: unknown }
  | { readonly kind: 'thrown'; readonly thrown: unknown }
  | { readonly kind: 'stopped'; readonly by: 'caller' | 'clock' };

/** The SDK cannot cancel, but its request can be ended under it: the socket is free, the process may exit. */
function settled(
  answer: Promise<unknown>,
  observation: Observation,
  limit: AbortSignal,
  caller: AbortSignal,
): Promise<CallOutcome> {
  return new Promise((resolve) => {
    const stop = () => {
      observation.ended = true;
      observation.request?.destroy();
      resolve({ kind: 'stopped', by: caller.aborted ? 'caller' : 'clock' });
    };
    if (limit.aborted) stop();
    else limit.addEventListener('abort', stop, { once: true });
    answer.then(
      (value) => resolve({ kind: 'resolved', value }),
      (thrown: unknown) => resolve({ kind: 'thrown', thrown }),
    );
  });
}

function bodyOf(outcome: CallOutcome): Readonly<Record<string, unknown>> {
  if (outcome.kind !== 'resolved') return {};
  return (outcome.value as { body: Readonly<Record<string, unknown>> }).body;
}

/** Date has whole seconds: the middle of that second, against the middle of the call. */
function skewOf(seen: Observation, sentAt: number, fault: CallFault | undefined): number | undefined {
  if (seen.date === undefined || (fault && fault.kind !== 'error-answer')) return undefined;
  return Math.round(seen.date.serverMs + 500 - (sentAt + seen.date.arrivedAt) / 2);
}
