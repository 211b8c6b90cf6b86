/**
 * `keybench profile`: looks at a profile without a unit, an order or the cloud. FILE may also be the name of a profile that
 * ships. Must not: start anything, or show a setting's value.
 */
import { existsSync, readFileSync } from 'node:fs';
import { builtInProfile } from '../devices/script/built-in.ts';
import { dryRun, type SectionReport } from '../devices/script/dry-run.ts';
import { type LoadedProfile, readProfile } from '../devices/script/read-profile.ts';
import { fieldsFor, isPossession } from '../devices/script/record.ts';
import { parseRecording, type RecordedSection, RecordingFault } from '../devices/script/recorded-talk.ts';
import { rehearse } from '../devices/script/rehearse.ts';
import { sampleSettings, usualSettings } from '../devices/script/settings.ts';
import { PAYLOADS } from '../domain/work-order.ts';
import { CommandError, EXIT_NOT_ALL_PASSED, EXIT_USAGE, EXIT_WELL } from './command-error.ts';
import { describeFault } from './describe-faults.ts';
import { languageOf } from './environment.ts';
import type { ProfileArguments } from './profile-arguments.ts';

export async function profileCommand(args: ProfileArguments): Promise<number> {
  const profile = checked(args.profilePath);
  const { name, version, digest, source } = profile;
  const unverified = source.verify === undefined ? '; without `verify` no unit can pass' : '';
  const unknown = source.record.held === 'unknown' ? '; a unit that was finished is not known again' : '';
  if (args.command === 'profile-check') {
    say(`${args.profilePath}: ${name} version ${version}, SHA-256 ${digest}${unverified}${unknown}`);
    return EXIT_WELL;
  }
  const sections = recordingOf(args.transcriptPath);
  const payload = payloadsOf(profile)[0] ?? 'password';
  const reports = await inRecording(args.transcriptPath, () => {
    return dryRun(profile, sampleSettings(source), sections, payload);
  });
  for (const report of reports) say(describe(args.transcriptPath, report));
  return reports.some(({ deviation }) => deviation !== undefined) ? EXIT_NOT_ALL_PASSED : EXIT_WELL;
}

/** Throws CommandError (status 2) with every fault, each as `file:line:column field: reason`. */
function checked(path: string): LoadedProfile {
  const text = textOf(path, builtInProfile(path));
  const language = languageOf(process.env);
  const result = readProfile(text);
  if (!result.ok) {
    const faults = result.faults.map(({ reason, ...place }) =>
      describeFault({ path, ...place }, reason, language),
    );
    throw new CommandError(EXIT_USAGE, faults.join('\n'));
  }
  const { profile } = result;
  const settings = usualSettings(profile.source);
  const misfits = payloadsOf(profile).flatMap((payload) => {
    const fieldNames = fieldsFor(profile.source, payload);
    return rehearse({ profile, text, settings, fieldNames }, { ...SOME_ORDER, payload });
  });
  if (misfits.length > 0) {
    const faults = misfits.map(({ place, reason }) =>
      describeFault({ path, ...place, field: '' }, reason, language),
    );
    throw new CommandError(EXIT_USAGE, [...new Set(faults)].join('\n'));
  }
  return profile;
}

/** As long as those of real orders are. */
const SOME_ORDER = {
  cloud: { region: 'cn-hangzhou', instanceId: 'post-cn-0pp12gl0001', groupId: 'GID_dummy', endpoint: '' },
  broker: { host: 'post-cn-0pp12gl0001.mqtt.aliyuncs.com', port: 8883 },
} as const;

function payloadsOf({ source }: LoadedProfile) {
  return PAYLOADS.filter((payload) => {
    return fieldsFor(source, payload).some((field) => isPossession(field.source));
  });
}

function recordingOf(path: string): RecordedSection[] {
  const text = textOf(path, undefined);
  try {
    return parseRecording(text);
  } catch (thrown) {
    throw faultIn(path, thrown);
  }
}

async function inRecording<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw faultIn(path, thrown);
  }
}

function faultIn(path: string, thrown: unknown): unknown {
  if (!(thrown instanceof RecordingFault)) return thrown;
  return new CommandError(EXIT_USAGE, `${path}:${thrown.line} ${thrown.message}`);
}

function describe(path: string, { section, deviation, unit }: SectionReport): string {
  if (deviation !== undefined) return `${path}:${deviation.line} ${section.sequence}: ${deviation.reason}`;
  const found =
    unit === undefined
      ? ''
      : `: hardware id ${unit.hardwareId}, model ${unit.model}, firmware ${unit.firmware}, ${unit.state}`;
  return `${path}:${section.number} ${section.sequence}: as recorded${found}`;
}

/** A file wins over a profile that ships: an order is another matter, this only looks. */
function textOf(path: string, otherwise: string | undefined): string {
  if (otherwise !== undefined && !existsSync(path)) return otherwise;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(EXIT_USAGE, `${path}: cannot be read (${reason})`);
  }
}

/** What comes from files must not steer a terminal. */
function say(text: string): void {
  process.stdout.write(`${text.replace(/\p{Cc}/gu, '?')}\n`);
}
