/**
 * The emulated cloud behind its HTTP server: admits a request or refuses it at the door, meets its planned fault,
 * carries it out, and says what the caller is to be told. Must not: touch a socket.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ACTIONS, type ActionContext, type ActionName, type Answer, findAction } from './actions.ts';
import { ApiError } from './api-error.ts';
import type { CallEntry } from './call-log.ts';
import type { FaultCounter } from './fault-counter.ts';
import type { Fault } from './fault-plan.ts';
import { doesCommit, type Outcome, replyTo } from './fault-reply.ts';
import { errorReply } from './http-answer.ts';
import { parametersOf, type SignedRequest } from './signed-request.ts';
import type { Verifier } from './verify-signature.ts';

export interface CloudServiceOptions {
  readonly context: ActionContext;
  readonly verify: Verifier;
  readonly limitRate: (address: string) => void;
  readonly faults: () => FaultCounter;
  readonly now: () => number;
  readonly record: (entry: CallEntry) => void;
}

/** `address` is the caller's. Rejects only where `signal` aborts during a delay. */
export type CloudService = (
  request: SignedRequest,
  address: string,
  signal: AbortSignal,
) => Promise<Outcome['reply']>;

export function createCloudService(options: CloudServiceOptions): CloudService {
  const { context, verify, limitRate, faults, now, record } = options;

  const note = (request: SignedRequest, result: string, committed: boolean, fault?: Fault) => {
    const parameters = orEmpty(request);
    const clientId = parameters.get('ClientId');
    const instanceId = parameters.get('InstanceId');
    record({
      action: request.headers['x-acs-action'] ?? '',
      ...(clientId === undefined ? {} : { clientId }),
      ...(instanceId === undefined ? {} : { instanceId }),
      at: new Date(now()).toISOString(),
      result,
      committed,
      ...(fault === undefined ? {} : { fault: fault.kind }),
    });
  };

  const admit = (request: SignedRequest, address: string): ActionName => {
    verify(request);
    if (request.path !== '/') throw new ApiError('InvalidApi.NotFound');
    limitRate(address);
    return findAction(request.headers['x-acs-action'], request.headers['x-acs-version'], request.method);
  };

  return async (request, address, signal) => {
    const host = request.headers.host ?? '';
    const action = orError(() => admit(request, address));
    if (action instanceof ApiError) {
      note(request, action.code, false);
      return errorReply(action, host);
    }
    const fault = faults().next(action);
    if (fault?.kind === 'delay') await wait(fault.ms, undefined, { signal });
    const carriedOut: Answer | ApiError | undefined = doesCommit(fault)
      ? orError(() => ACTIONS[action].run(parametersOf(request), context))
      : undefined;
    const { reply, result } = replyTo(carriedOut, fault, host);
    note(request, result, carriedOut !== undefined && !(carriedOut instanceof ApiError), fault);
    return reply;
  };
}

function orError<T>(run: () => T): T | ApiError {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof ApiError) return thrown;
    throw thrown;
  }
}

/** For the log, where a body that cannot be read is no reason to fail. */
function orEmpty(request: SignedRequest): ReadonlyMap<string, string> {
  const parameters = orError(() => parametersOf(request));
  return parameters instanceof ApiError ? new Map() : parameters;
}
