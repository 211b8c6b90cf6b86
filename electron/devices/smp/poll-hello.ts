/**
 * Hello over and over until a unit answers as it is waited for. Source: device protocol, timing.
 * Must not: flood a slow line, a slow unit, or one that takes no bytes, or fill a transcript with what went unanswered.
 */
import { StationError } from '../../domain/errors.ts';
import type { Answer } from './answer.ts';
import type { Hello } from './hello.ts';
import type { SmpLine } from './line.ts';
import { helloRequest } from './messages.ts';
import { pause } from './patience.ts';

export type Found =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** The time is over; `fault` is what was wrong with the last answer, where it could not be worked with. */
  | { readonly kind: 'late'; readonly fault?: StationError }
  | { readonly kind: 'faulty'; readonly fault: StationError }
  | { readonly kind: 'gone'; readonly why: StationError }
  | { readonly kind: 'aborted' };

export interface PollOptions {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly everyMs: number;
  readonly accept: (hello: Hello) => boolean;
  /**
   * So many faulty answers in a row end it. A unit that is booting may pass through a boot loader, which speaks SMP
   * but not our group, so after a reset there is no such limit.
   */
  readonly faultsMax?: number;
}

/** Bytes of a hello and its reply on the wire, as far as it can be known before. */
const EXCHANGE_BYTES = 300;

export async function pollHello(line: SmpLine, options: PollOptions, signal: AbortSignal): Promise<Found> {
  const { until, accept, faultsMax = Number.POSITIVE_INFINITY } = options;
  const everyMs = Math.max(options.everyMs, line.wireMs(EXCHANGE_BYTES));
  const underWay = new Set<Promise<Arrived>>();
  let faults = 0;
  let fault: StationError | undefined;
  for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
    // Into silence at every turn; but a unit that answers, only slowly, is not sent more than it can answer.
    if (!line.isSending && !line.isAtWork) send(line, underWay, signal);
    const turn = pause(Math.min(everyMs, left), signal);
    try {
      for (;;) {
        const arrived = await Promise.race([turn.over, ...underWay]);
        if (arrived === undefined) break;
        underWay.delete(arrived.itself());
        const { answer } = arrived;
        if (answer.kind === 'gone' || answer.kind === 'aborted') return answer;
        if (answer.kind === 'reply') {
          if (accept(answer.value)) return { kind: 'hello', hello: answer.value };
          faults = 0;
          fault = undefined;
        } else {
          const found = faultOf(answer);
          fault = found ?? fault;
          // SMP that does not know our group is a boot loader on its way to the application: it has its time.
          const isOnItsWay = found?.evidence.smpError !== undefined;
          if (found !== undefined && !isOnItsWay && ++faults >= faultsMax)
            return { kind: 'faulty', fault: found };
        }
      }
    } finally {
      turn.cancel();
    }
    if (signal.aborted) return { kind: 'aborted' };
  }
  return fault === undefined ? { kind: 'late' } : { kind: 'late', fault };
}

function faultOf(
  answer: Exclude<Answer<Hello>, { kind: 'reply' | 'gone' | 'aborted' }>,
): StationError | undefined {
  if (answer.kind === 'lost') return answer.fault;
  return new StationError('UNIT_PROTOCOL', { message: 'hello', rc: answer.rc });
}

interface Arrived {
  readonly answer: Answer<Hello>;
  itself(): Promise<Arrived>;
}

function send(line: SmpLine, underWay: Set<Promise<Arrived>>, signal: AbortSignal): void {
  const asked: Promise<Arrived> = line
    .once(helloRequest(), signal, false)
    .then((answer) => ({ answer, itself: () => asked }));
  underWay.add(asked);
}
