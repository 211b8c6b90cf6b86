/**
 * Takes a profile's sequences against a recorded talk, with a credential of nobody's, and says where the two part.
 * Must not: open a port.
 */
import { StationError } from '../../domain/errors.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import type { Link, UnitReport } from '../../station/ports.ts';
import { ConsoleLine } from './console-line.ts';
import { asSequenceError, StepDiffers, StepFailed, StepLate } from './failures.ts';
import { checkLines } from './lines.ts';
import type { SequenceName } from './profile-schema.ts';
import type { LoadedProfile } from './read-profile.ts';
import { encodeRecord, fieldsFor } from './record.ts';
import { isAsRecorded, type RecordedLine, type RecordedSection, textOf } from './recorded-talk.ts';
import { DUMMY_HARDWARE_ID, dummyCredential } from './rehearse.ts';
import { runSequence } from './run-sequence.ts';
import { type Knowledge, NO_LOCALS, scopeOf } from './scope.ts';
import type { Scope, Value } from './template.ts';
import { ScriptTranscript } from './transcript.ts';
import { unitReport } from './unit-report.ts';

/** `{{mark}}` in a dry run. */
export const DRY_MARK = '00000000';
/** Whatever the recording has comes at once; what has not come by then is not in it. */
const MOST_MS = 1_000;

export interface SectionReport {
  readonly section: RecordedSection;
  /** Where profile and recording part; undefined where they do not. */
  readonly deviation?: { readonly line: number; readonly reason: string };
  /** After `identify`: what the station would take the unit for. */
  readonly unit?: UnitReport;
}

/** Section by section, up to the first deviation. Throws RecordingFault. */
export async function dryRun(
  profile: LoadedProfile,
  settings: ReadonlyMap<string, Value>,
  sections: readonly RecordedSection[],
  payloadKind: WorkOrder['payload'],
): Promise<SectionReport[]> {
  const fieldNames = fieldsFor(profile.source, payloadKind);
  const order = { broker: { host: 'broker.example', port: 8883 }, payload: payloadKind };
  const credential = dummyCredential('post-cn-dummy000001');
  const payload = encodeRecord(profile.source, credential, DUMMY_HARDWARE_ID, order);
  let captured = new Map<string, Value>();
  const reports: SectionReport[] = [];
  for (const section of sections) {
    const { sequence } = section;
    if (sequence === 'prepare') captured = new Map();
    const known = sequence === 'write' || sequence === 'verify' ? { payload } : {};
    const knowledge: Knowledge = { settings, fieldNames, captured, held: new Map(), ...known };
    const scope = scopeOf({ ...knowledge, payload }, NO_LOCALS, DRY_MARK);
    const link = new ReplayLink(section, scope, losesPort(profile, sequence));
    const line = new ConsoleLine({ link, pace: {}, stripAnsi: profile.source.link.stripAnsi });
    const parts = { profile, line, transcript: new ScriptTranscript(undefined), baudRate: 1e9 };
    link.begin();
    let thrown: unknown;
    try {
      checkLines(profile, sequence, knowledge);
      await runSequence({ ...parts, drawMark: () => DRY_MARK, mostMs: MOST_MS }, sequence, knowledge, NEVER);
    } catch (error) {
      thrown = error;
    }
    const deviation = link.deviation ?? deviationOf(thrown, link) ?? link.unused();
    if (deviation !== undefined) return [...reports, { section, deviation }];
    try {
      const unit = sequence === 'identify' ? unitReport(profile.source, knowledge, DRY_MARK) : undefined;
      reports.push({ section, ...(unit === undefined ? {} : { unit }) });
    } catch (error) {
      return [
        ...reports,
        { section, deviation: deviationOf(error, link) ?? { line: link.lastLine, reason: '' } },
      ];
    }
  }
  return reports;
}

const NEVER = new AbortController().signal;

function deviationOf(thrown: unknown, link: ReplayLink): SectionReport['deviation'] {
  if (thrown === undefined) return undefined;
  const line = link.lastLine;
  if (thrown instanceof StepLate)
    return { line, reason: `${thrown.place.step}: what it expects does not come` };
  if (thrown instanceof StepFailed)
    return { line, reason: `${thrown.place.step}: the answer means ${thrown.failure}` };
  if (thrown instanceof StepDiffers)
    return { line, reason: `${thrown.place.step}: what was read back differs` };
  const error = asSequenceError(thrown, 'recording');
  if (error instanceof StationError) return { line, reason: error.message };
  throw thrown;
}

/** A recording cannot hold the loss of a port: where one is expected, it comes after all that was said. */
function losesPort({ sequences }: LoadedProfile, sequence: SequenceName): boolean {
  const last = sequences[sequence]?.at(-1);
  return last?.kind === 'step' && last.expect.some(({ looksFor }) => looksFor.kind === 'port-lost');
}

/** Without the end of line, which a recording need not have. */
function lineOf(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

/** Says what was recorded, as long as it is sent what was recorded. */
class ReplayLink implements Link {
  readonly #section: RecordedSection;
  readonly #lines: readonly (Omit<RecordedLine, 'template'> & { readonly text: string })[];
  readonly #isLostAtEnd: boolean;
  #at = 0;
  #hear: (bytes: Uint8Array) => void = () => {};
  #lose: (why: StationError | undefined) => void = () => {};
  deviation: SectionReport['deviation'];

  constructor(section: RecordedSection, scope: Scope, isLostAtEnd: boolean) {
    this.#section = section;
    this.#lines = section.lines.map((line) => ({ ...line, text: textOf(line, scope) }));
    this.#isLostAtEnd = isLostAtEnd;
  }

  /** The last line that was reached. */
  get lastLine(): number {
    return this.#lines[this.#at - 1]?.number ?? this.#section.number;
  }

  /** Says what the console says of itself. */
  begin(): void {
    this.#say();
  }

  unused(): SectionReport['deviation'] {
    const left = this.#lines[this.#at];
    return left === undefined
      ? undefined
      : { line: left.number, reason: 'the sequence has ended before this' };
  }

  async write(bytes: Uint8Array): Promise<void> {
    const sent = Buffer.from(bytes).toString('latin1');
    const line = this.#lines[this.#at];
    const recorded = line?.text;
    const isSame =
      recorded !== undefined &&
      (isAsRecorded(sent, recorded) || isAsRecorded(lineOf(sent), lineOf(recorded)));
    if (!isSame) {
      const what = recorded === undefined ? 'nothing more' : JSON.stringify(recorded);
      this.deviation ??= {
        line: line?.number ?? this.lastLine,
        reason: `the profile sends ${JSON.stringify(sent)}, the recording has ${what}`,
      };
      const gone = new StationError('PORT_LOST', { port: 'recording' });
      this.#lose(gone);
      throw gone;
    }
    this.#at += 1;
    setImmediate(() => this.#say());
  }

  #say(): void {
    for (let line = this.#lines[this.#at]; line?.direction === 'received'; line = this.#lines[this.#at]) {
      this.#hear(Buffer.from(line.text, 'latin1'));
      this.#at += 1;
    }
    if (this.#isLostAtEnd && this.#at === this.#lines.length) this.#lose(undefined);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#hear = listener;
  }

  onClose(listener: (why: StationError | undefined) => void): void {
    this.#lose = listener;
  }

  async setSignals(): Promise<boolean> {
    return false;
  }

  async setBaudRate(): Promise<void> {}

  async close(): Promise<void> {}
}
