/**
 * Tells apart the ways in which a call can fail, from what the SDK threw and what was seen of the answer. The SDK
 * has no usable error classes: names, codes and shapes were found by experiment (openapi-client 0.4.15).
 * Must not: carry a text of the SDK on; evidence is names and numbers.
 */

import type { Observation } from './observe.ts';
import type { CallOutcome } from './openapi-call.ts';

export type CallFault =
  /** The API's own error body. `cloudCode` is its Code. */
  | {
      readonly kind: 'error-answer';
      readonly status: number;
      readonly cloudCode: string;
      readonly requestId?: string;
    }
  /** Something answered that is not the API, or not whole. */
  | { readonly kind: 'not-the-api'; readonly status?: number; readonly claimsJson: boolean }
  | { readonly kind: 'timeout' }
  /** Given up by our own signal after it was handed to the transport. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'network'; readonly nodeCode: string };

/**
 * The fault of a call, or undefined where it was answered with a JSON object and status 200. `isLate`: it has taken
 * as long as it may.
 */
export function faultOf(outcome: CallOutcome, seen: Observation, isLate: boolean): CallFault | undefined {
  if (outcome.kind === 'stopped') return { kind: outcome.by === 'caller' ? 'stopped' : 'timeout' };
  if (outcome.kind === 'thrown') return faultOfThrown(outcome.thrown, seen, isLate);
  // The SDK takes every status below 400 for a success, a redirect of a captive portal included.
  const { statusCode, body } = outcome.value as { statusCode: unknown; body: unknown };
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return statusCode === 200 && isObject ? undefined : notTheApi(seen);
}

function faultOfThrown(thrown: unknown, seen: Observation, isLate: boolean): CallFault {
  if (!(thrown instanceof Error)) return notTheApi(seen);
  const { code, statusCode, data } = thrown as { code?: unknown; statusCode?: unknown; data?: unknown };
  if (thrown.name === 'RequestTimeoutError') return { kind: 'timeout' };
  if (typeof statusCode === 'number') {
    // Where the body has no Code, the SDK writes the word "undefined" into its place.
    if (typeof code !== 'string' || code === '' || code === 'undefined') return notTheApi(seen);
    const requestId = (data as { RequestId?: unknown } | undefined)?.RequestId;
    const base = { kind: 'error-answer', status: statusCode, cloudCode: code } as const;
    return typeof requestId === 'string' ? { ...base, requestId } : base;
  }
  // An answer that is still coming in when the time is over: the SDK ends it, and calls that a reset.
  if (code === 'ECONNRESET' && isLate && seen.status !== undefined) return { kind: 'timeout' };
  if (typeof code === 'string') return { kind: 'network', nodeCode: code };
  return notTheApi(seen);
}

function notTheApi(seen: Observation): CallFault {
  const claimsJson = /\bjson\b/i.test(seen.contentType ?? '');
  return seen.status === undefined
    ? { kind: 'not-the-api', claimsJson }
    : { kind: 'not-the-api', status: seen.status, claimsJson };
}
