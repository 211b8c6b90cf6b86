/**
 * One call of ours through limiter and breaker to the SDK and back, as an answer or a failure; and the repeating
 * of calls that only read. Must not: repeat a call that changes something.
 */

import { StationError } from '../domain/errors.ts';
import type { CloudHealth } from '../station/ports.ts';
import type { AnswerBody } from './answers.ts';
import { type Backoff, pauseMs } from './backoff.ts';
import type { Breaker, Strain } from './breaker.ts';
import { type Failure, failureOf } from './error-map.ts';
import type { Limiter } from './limiter.ts';
import type { CallAnswer, CloudAction, OpenApiCall } from './openapi-call.ts';
import { abortReason, deadline, sleep } from './wait.ts';

export interface CallsOptions {
  readonly call: OpenApiCall;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  /** Milliseconds that a call may wait for its turn; then CLOUD_PAUSED. */
  readonly holdMs: number;
  /** Tries of a call that reads, in all. */
  readonly tries: number;
  /** Milliseconds for all tries of a call that reads, waits included. */
  readonly budgetMs: number;
  readonly backoff: Backoff;
  readonly random: () => number;
}

export type Attempt =
  | { readonly kind: 'answer'; readonly body: AnswerBody }
  | { readonly kind: 'failure'; readonly failure: Failure };

export interface Calls {
  /** Sends at most once; never rejects. */
  once(action: CloudAction, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Attempt>;
  /** For calls that change nothing: repeats where that may help. Rejects only on abort, with its reason. */
  repeated(
    action: CloudAction,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Attempt>;
  serverTime(): number;
  health(): CloudHealth;
}

export function createCalls(options: CallsOptions): Calls {
  const { call, limiter, breaker, holdMs, tries, budgetMs, backoff, random } = options;
  let latencyMs: number | undefined;
  let skewMs: number | undefined;

  const measure = (answer: CallAnswer) => {
    if (answer.skewMs !== undefined) skewMs = answer.skewMs;
    if (answer.kind === 'answer' || answer.fault.kind === 'error-answer')
      latencyMs = Math.round(answer.tookMs);
  };

  const send = async (
    action: CloudAction,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    ahead: boolean,
  ): Promise<Attempt> => {
    const turn = await waitForTurn(signal, ahead);
    if (turn instanceof StationError) {
      return { kind: 'failure', failure: { error: turn, disposition: 'not-done' } };
    }
    let strain: Strain = 'silent';
    try {
      const answer = await call(action, query, signal);
      measure(answer);
      if (answer.kind === 'answer') {
        strain = 'healthy';
        return { kind: 'answer', body: answer.body };
      }
      const skew = skewMs === undefined ? {} : { skewMs };
      const facts = answer.fault.kind === 'error-answer' ? skew : {};
      const failure = failureOf(action, answer.fault, facts);
      strain = strainOf(failure, answer.fault.kind);
      return { kind: 'failure', failure };
    } finally {
      turn(strain);
    }
  };

  /** Limiter first: what waits for the breaker then holds no more than the places of one station. */
  const waitForTurn = async (
    signal: AbortSignal,
    ahead: boolean,
  ): Promise<((strain: Strain) => void) | StationError> => {
    using limit = deadline(signal, holdMs, () => new StationError('CLOUD_PAUSED', { waitedMs: holdMs }));
    let release: (() => void) | undefined;
    try {
      release = await limiter.acquire(limit.signal, ahead);
      const report = await breaker.pass(limit.signal);
      const done = release;
      if (limit.signal.aborted) {
        report('silent');
        done();
        return abortReason(limit.signal);
      }
      return (strain) => {
        report(strain);
        done();
      };
    } catch {
      release?.();
      return abortReason(limit.signal);
    }
  };

  const repeated: Calls['repeated'] = async (action, query, signal) => {
    using limit = deadline(signal, budgetMs, () => new StationError('CLOUD_TIMEOUT', { action, budgetMs }));
    let last: Attempt | undefined;
    for (let tried = 1; ; tried += 1) {
      const attempt = await send(action, query, limit.signal, false);
      if (signal.aborted) throw abortReason(signal);
      if (attempt.kind === 'answer') return attempt;
      // What the last whole try met says more than that the time ran out during this one.
      if (limit.signal.aborted) return last ?? attempt;
      if (!mayHelp(attempt.failure) || tried >= tries) return attempt;
      last = attempt;
      await sleep(pauseMs(tried, backoff, random), limit.signal).catch(() => undefined);
      if (signal.aborted) throw abortReason(signal);
      if (limit.signal.aborted) return attempt;
    }
  };

  return {
    // A change follows a Get of the same unit: it has waited before.
    once: (action, query, signal) => send(action, query, signal, true),
    repeated,
    serverTime: () => Date.now() + (skewMs ?? 0),
    health: () => ({ latencyMs, skewMs, paused: breaker.isPaused() }),
  };
}

/** A definite no stays one; a certificate is mended by a person. */
function mayHelp({ disposition, error }: Failure): boolean {
  return disposition !== 'refused' && error.code !== 'CLOUD_CERTIFICATE';
}

function strainOf({ error }: Failure, kind: string): Strain {
  switch (error.code) {
    case 'CLOUD_THROTTLED':
    case 'CLOUD_FAULT':
      return 'strained';
    case 'CLOUD_TIMEOUT':
      return kind === 'stopped' ? 'silent' : 'strained';
    default:
      return kind === 'error-answer' ? 'healthy' : 'silent';
  }
}
