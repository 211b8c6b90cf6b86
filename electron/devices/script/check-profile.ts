/**
 * What must hold between the parts of a profile, so that a run under it cannot promise more than it does: names exist where
 * they are used, a unit says who it is, a restart is seen, a verification cannot be stepped around.
 * Must not: look at templates' texts; compile.ts has parsed them by now.
 */
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
    if (isReserved(setting)) report(['settings', setting], 'is a name that the station gives');
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
  if (!known.has('hardwareId')) {
    report(['identify'], 'must capture hardwareId: (?P<hardwareId>…)');
  }
  checkHeld(profile, known, report);
  checkRestart(profile, report);
  if (profile.verify !== undefined && !verifiesAlways(profile, profile.verify)) {
    report(
      ['verify'],
      'has a way through on which nothing of the record, with its password or secret, is asserted: capture what the unit holds, or its SHA-256, and compare it, as in assert: [{ equal: [readBack, record] }]',
    );
  }
}

function checkRecord({ record, link }: Profile, report: Report): void {
  const names = Object.entries(record.fields);
  if (!names.some(([, source]) => isPossession(source))) {
    report(['record', 'fields'], 'needs possession, password or secret');
  }
  for (const [name] of names) {
    const allowed = record.form === 'env' ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^[A-Za-z_][A-Za-z0-9_.:/-]*$/;
    if (!allowed.test(name)) report(['record', 'fields', name], 'is not a name that this form can hold');
  }
  if (link.txDelayMs !== undefined && link.txChunk === undefined) {
    report(['link', 'txDelayMs'], 'says nothing without txChunk');
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
    report([...path, 'each'], 'chunk: there is no record yet');
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
    report(
      path,
      'sends what it is to prove, and a console may echo it: have the unit say what it holds, or its SHA-256, and assert that',
    );
  }
  for (const { option, at } of alternativesOf(step, path)) {
    if (option.lit !== undefined) checkNames(walk, templateNames(option.lit), group, [...at, 'lit']);
    const names = [...groupsOf(option), ...(option.takeBytes === undefined ? [] : [option.takeBytes.as])];
    for (const name of names) {
      if (isReserved(name) || name in profile.settings) report(at, `${name} is a name that is taken`);
      if ((name === 'held' || name === 'heldSha256') && group?.each !== 'field')
        report(at, `${name}: only within each: field`);
      captured.add(name);
    }
    const count = option.takeBytes?.count;
    if (typeof count === 'string' && !captured.has(count)) {
      report([...at, 'takeBytes', 'count'], `${count} is captured nowhere before`);
    }
  }
  for (const [index, { equal, sha256 }] of (step.assert ?? []).entries()) {
    const [name, value] = equal ?? sha256 ?? ['', ''];
    const at = [...path, 'assert', index];
    if (!captured.has(name)) report(at, `${name} is captured nowhere before`);
    checkNames(walk, referenceNames(value), group, at);
    if (!WITH_RECORD.includes(sequence)) report(at, `there is no record to compare with in ${sequence}`);
  }
}

function checkNames(walk: Walk, names: readonly string[], group: Group | undefined, path: Path): void {
  const { profile, report, captured, sequence } = walk;
  const hasRecord = WITH_RECORD.includes(sequence);
  for (const name of names) {
    const isField = name.startsWith('field.');
    if (isField && !(name.slice('field.'.length) in profile.record.fields))
      report(path, `there is no ${name}`);
    const isThere =
      name === 'mark' ||
      isField ||
      name === 'record' ||
      captured.has(name) ||
      name in profile.settings ||
      (group?.each === 'field' && (name === 'name' || name === 'value')) ||
      (group?.each === 'chunk' && ['chunk', 'index', 'offset'].includes(name));
    if (!isThere) report(path, `${name} has no value here`);
    if (!hasRecord && (isField || name === 'record' || name === 'value')) {
      report(path, `${name}: there is no record yet in ${sequence}`);
    }
  }
}

function checkHeld(profile: Profile, known: ReadonlySet<string>, report: Report): void {
  const { record, verify } = profile;
  const [whole, single] = [
    ['heldDigest', 'heldContent'],
    ['held', 'heldSha256'],
  ];
  const [right, wrong] = record.form === 'values' ? [single, whole] : [whole, single];
  if (wrong.some((name) => known.has(name)))
    report(
      ['identify'],
      record.form === 'values' ? 'form values is held field by field: held' : 'held is for form: values',
    );
  const isTold = right.some((name) => known.has(name));
  const isUnknown = record.held === 'unknown';
  if (isTold && isUnknown) report(['record', 'held'], 'is unknown, and identify captures it');
  if (isUnknown && verify !== undefined)
    report(['record', 'held'], 'is unknown, and verify can read it: so can identify');
  if (isTold || isUnknown) return;
  const ways = right.join(' or ');
  report(
    ['identify'],
    `must capture ${ways}: without it a unit that passed is taken for one that lost its record${verify === undefined ? '; or record needs held: unknown' : ''}`,
  );
}

function checkRestart(profile: Profile, report: Report): void {
  if (!allSteps(profile.restart).some(({ expect }) => expect !== undefined)) {
    report(['restart'], 'must expect something that shows the restart');
  } else if (namesStarts(profile) === 'never' && !showsRestart(profile)) {
    report(
      ['restart'],
      'has a way through on which nothing shows the restart: where identify captures no boot, it must expect what the unit says once it has started, and nothing that another step expects as well',
    );
  }
  if (namesStarts(profile) === 'sometimes') report(['identify'], 'must capture boot on each way through it');
  const last = profile.restart.at(-1);
  for (const sequence of SEQUENCES) {
    for (const [step, path] of stepsOf(profile[sequence] ?? [], [sequence])) {
      for (const { option, at } of alternativesOf(step, path)) {
        if (option.portLost === undefined) continue;
        if (step !== last) report(at, 'portLost: only in the last step of restart');
        const more = Object.keys(option).filter((key) => key !== 'portLost');
        if (more.length > 0) report(at, `portLost goes without ${more.join(', ')}`);
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
