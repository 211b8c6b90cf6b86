/**
 * What must hold between the parts of a profile, so that a run under it cannot promise more than it does: names exist where
 * they are used, a unit says who it is, a restart is seen, a verification cannot be stepped around.
 * Must not: look at templates' texts; compile.ts has parsed them by now.
 */
import { reason } from '../../domain/reason.ts';
import { HARMLESS } from './encoders.ts';
import { allSteps, alternativesOf, groupsOf, type Path, type Report } from './profile-parts.ts';
import { type Group, type Profile, SEQUENCES, type SequenceName, type Step } from './profile-schema.ts';
import { isPossession } from './record.ts';
import { namesIn, parseReference, parseTemplate } from './template.ts';
import { namesStarts, showsRestart, verifiesAlways } from './ways.ts';

/** Names that the station gives; nothing else may be called so. */
const GIVEN = ['mark', 'record', 'name', 'value', 'chunk', 'index', 'offset', 'field'] as const;
const WITH_RECORD: readonly SequenceName[] = ['write', 'verify'];

export function checkProfile(profile: Profile, report: Report): void {
  checkRecord(profile, report);
  for (const setting of Object.keys(profile.settings)) {
    if (isReserved(setting)) report(['settings', setting], reason('name-given'));
  }
  const known = new Set<string>();
  for (const sequence of SEQUENCES) {
    const captured = new Set(known);
    for (const [index, item] of (profile[sequence] ?? []).entries()) {
      const walk = { profile, report, sequence, captured };
      if (!('each' in item)) checkStep(walk, item, undefined, [sequence, index]);
      else checkGroup(walk, item, [sequence, index]);
    }
    // What was found out while the unit was identified is known ever after.
    if (sequence === 'prepare' || sequence === 'identify') for (const name of captured) known.add(name);
  }
  if (!known.has('hardwareId')) report(['identify'], reason('no-hardware-id'));
  checkHeld(profile, known, report);
  checkRestart(profile, report);
  if (profile.verify !== undefined && !verifiesAlways(profile, profile.verify)) {
    report(['verify'], reason('verify-gap'));
  }
}

function checkRecord({ record, link }: Profile, report: Report): void {
  const names = Object.entries(record.fields);
  if (!names.some(([, source]) => isPossession(source))) {
    report(['record', 'fields'], reason('record-possession'));
  }
  for (const [name] of names) {
    const allowed = record.form === 'env' ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_.:/-]*$/;
    if (!allowed.test(name)) report(['record', 'fields', name], reason('field-name'));
  }
  if (link.txDelayMs !== undefined && link.txChunk === undefined) {
    report(['link', 'txDelayMs'], reason('tx-delay'));
  }
}

interface Walk {
  readonly profile: Profile;
  readonly report: Report;
  readonly sequence: SequenceName;
  /** Names captured so far; grows. */
  readonly captured: Set<string>;
}

function checkGroup(walk: Walk, group: Group, path: Path): void {
  const { sequence, report } = walk;
  if (group.each === 'chunk' && !WITH_RECORD.includes(sequence)) {
    report([...path, 'each'], reason('chunk-no-record'));
  }
  if (group.of !== undefined) checkNames(walk, referenceNames(group.of), undefined, [...path, 'of']);
  for (const [index, step] of group.steps.entries()) checkStep(walk, step, group, [...path, 'steps', index]);
}

function checkStep(walk: Walk, step: Step, group: Group | undefined, path: Path): void {
  const { captured, report, sequence, profile } = walk;
  if (step.send !== undefined) checkNames(walk, templateNames(step.send), group, [...path, 'send']);
  if (step.payload !== undefined) {
    checkNames(walk, referenceNames(step.payload), group, [...path, 'payload']);
  }
  if (sequence === 'verify' && sendsSecret(profile, step)) {
    report(path, reason('verify-sends'));
  }
  for (const { option, at } of alternativesOf(step, path)) {
    if (option.lit !== undefined) checkNames(walk, templateNames(option.lit), group, [...at, 'lit']);
    const names = [...groupsOf(option), ...(option.takeBytes === undefined ? [] : [option.takeBytes.as])];
    for (const name of names) {
      if (isReserved(name) || name in profile.settings) report(at, reason('name-taken', { name }));
      if ((name === 'held' || name === 'heldSha256') && group?.each !== 'field')
        report(at, reason('field-alone', { name }));
      captured.add(name);
    }
    const count = option.takeBytes?.count;
    if (typeof count === 'string' && !captured.has(count)) {
      report([...at, 'takeBytes', 'count'], reason('captured-nowhere', { name: count }));
    }
  }
  for (const [index, { equal, sha256 }] of (step.assert ?? []).entries()) {
    const [name, value] = equal ?? sha256 ?? ['', ''];
    const at = [...path, 'assert', index];
    if (!captured.has(name)) report(at, reason('captured-nowhere', { name }));
    checkNames(walk, referenceNames(value), group, at);
    if (!WITH_RECORD.includes(sequence)) report(at, reason('assert-no-record', { sequence }));
  }
}

function checkNames(walk: Walk, names: readonly string[], group: Group | undefined, path: Path): void {
  const { profile, report, captured, sequence } = walk;
  const hasRecord = WITH_RECORD.includes(sequence);
  for (const name of names) {
    const isField = name.startsWith('field.');
    if (isField && !(name.slice('field.'.length) in profile.record.fields))
      report(path, reason('no-field', { name }));
    const isThere =
      name === 'mark' ||
      isField ||
      name === 'record' ||
      captured.has(name) ||
      name in profile.settings ||
      (group?.each === 'field' && (name === 'name' || name === 'value')) ||
      (group?.each === 'chunk' && ['chunk', 'index', 'offset'].includes(name));
    if (!isThere) report(path, reason('no-value', { name }));
    if (!hasRecord && (isField || name === 'record' || name === 'value')) {
      report(path, reason('no-record-yet', { name, sequence }));
    }
  }
}

function checkHeld(profile: Profile, known: ReadonlySet<string>, report: Report): void {
  const { record, verify } = profile;
  const whole = ['heldDigest', 'heldContent'] as const;
  const single = ['held', 'heldSha256'] as const;
  const [right, wrong] = record.form === 'values' ? [single, whole] : [whole, single];
  if (wrong.some((name) => known.has(name)))
    report(['identify'], reason(record.form === 'values' ? 'held-by-field' : 'held-for-values'));
  const isTold = right.some((name) => known.has(name));
  const isUnknown = record.held === 'unknown';
  if (isTold && isUnknown) report(['record', 'held'], reason('held-told'));
  if (isUnknown && verify !== undefined && !asksByRecord(verify))
    report(['record', 'held'], reason('held-readable'));
  if (isTold || isUnknown) return;
  const code = verify === undefined ? 'held-needed-or-unknown' : 'held-needed';
  report(['identify'], reason(code, { one: right[0], other: right[1] }));
}

/** Whether what is sent needs something of the record, such as its length: then `identify`, before there is one, cannot ask so. */
function asksByRecord(verify: readonly (Step | Group)[]): boolean {
  return verify.some((item) => {
    if ('each' in item && item.each === 'chunk') return true;
    return allSteps([item]).some(({ send, payload }) => {
      const names = [
        ...(send === undefined ? [] : templateNames(send)),
        ...(payload === undefined ? [] : referenceNames(payload)),
      ];
      return names.some((name) => name === 'record' || name === 'value' || name.startsWith('field.'));
    });
  });
}

function checkRestart(profile: Profile, report: Report): void {
  if (!allSteps(profile.restart).some(({ expect }) => expect !== undefined)) {
    report(['restart'], reason('restart-silent'));
  } else if (namesStarts(profile) === 'never' && !showsRestart(profile)) {
    report(['restart'], reason('restart-gap'));
  }
  if (namesStarts(profile) === 'sometimes') report(['identify'], reason('boot-each-way'));
  const last = profile.restart.at(-1);
  for (const sequence of SEQUENCES) {
    for (const [step, path] of stepsOf(profile[sequence] ?? [], [sequence])) {
      for (const { option, at } of alternativesOf(step, path)) {
        if (option.portLost === undefined) continue;
        if (step !== last) report(at, reason('port-lost-last'));
        const more = Object.keys(option).filter((key) => key !== 'portLost');
        if (more.length > 0) report(at, reason('port-lost-alone', { keys: more.join(', ') }));
      }
    }
  }
}

function stepsOf(list: readonly (Step | Group)[], path: Path): (readonly [Step, Path])[] {
  return list.flatMap((item, index) => {
    return 'each' in item
      ? stepsOf(item.steps, [...path, index, 'steps'])
      : [[item, [...path, index]] as const];
  });
}

/** A length is no secret. */
function sendsSecret({ record }: Profile, { send, payload }: Step): boolean {
  const sent = orNone(() => [
    ...(send === undefined
      ? []
      : parseTemplate(send).flatMap((part) => (typeof part === 'string' ? [] : [part]))),
    ...(payload === undefined ? [] : [parseReference(payload)]),
  ]);
  return sent.some(({ name, encoders }) => {
    if (encoders.some((encoder) => HARMLESS.includes(encoder))) return false;
    if (['record', 'value', 'chunk'].includes(name)) return true;
    const source = name.startsWith('field.') ? record.fields[name.slice('field.'.length)] : undefined;
    return source !== undefined && isPossession(source);
  });
}

function templateNames(text: string): string[] {
  return orNone(() => namesIn(parseTemplate(text)));
}

function referenceNames(text: string): string[] {
  return orNone(() => [parseReference(text).name]);
}

/** What does not parse has been reported already. */
function orNone<T>(names: () => T[]): T[] {
  try {
    return names();
  } catch {
    return [];
  }
}

function isReserved(name: string): boolean {
  return (GIVEN as readonly string[]).includes(name) || name.startsWith('field.');
}
