/**
 * What a planned fault does to a call: whether it is carried out, and what its caller is told. Must not: send.
 */
import type { Answer } from './actions.ts';
import { ApiError } from './api-error.ts';
import type { Fault } from './fault-plan.ts';
import { answerReply, emptyReply, errorReply, htmlReply, type Reply, truncated } from './http-answer.ts';

/** Whether a call that meets this fault is carried out. */
export function doesCommit(fault: Fault | undefined): boolean {
  if (fault === undefined) return true;
  switch (fault.kind) {
    case 'delay':
    case 'stall-after-commit':
    case 'reset-after-commit':
    case 'truncated-json':
      return true;
    default:
      return fault.commit === true;
  }
}

export interface Outcome {
  readonly reply: Reply | 'stall' | 'reset';
  /** For the call log. */
  readonly result: string;
}

/** What the caller is told. `done` is what the action gave, or undefined where it was not carried out. */
export function replyTo(
  done: Answer | ApiError | undefined,
  fault: Fault | undefined,
  host: string,
): Outcome {
  const said = (error: ApiError): Outcome => ({ reply: errorReply(error, host), result: error.code });
  const honest = (): Outcome => {
    if (done instanceof ApiError) return said(done);
    return { reply: answerReply(done ?? {}), result: 'OK' };
  };
  switch (fault?.kind) {
    case undefined:
    case 'delay':
      return honest();
    case 'error':
      return said(new ApiError(fault.code, undefined, fault.status));
    case 'throttle':
      return said(new ApiError('Throttling.User'));
    case 'stall-before':
    case 'stall-after-commit':
      return { reply: 'stall', result: fault.kind };
    case 'reset-before':
    case 'reset-after-commit':
      return { reply: 'reset', result: fault.kind };
    case 'truncated-json': {
      const { reply } = honest();
      return { reply: typeof reply === 'string' ? reply : truncated(reply), result: fault.kind };
    }
    case 'html-page':
      return { reply: htmlReply(200), result: fault.kind };
    case 'html-502':
      return { reply: htmlReply(502), result: fault.kind };
    case 'empty-502':
      return { reply: emptyReply(502), result: fault.kind };
  }
}
