/**
 * The ways through a sequence: whatever a unit answers, a way must pass what makes the sequence worth its name.
 * Must not: look at what a line looks like once values stand in it; that is `echo.ts`.
 */
import { find, type Matcher, PatternFault, pattern } from './matching.ts';
import { allGroups, allSteps, alternativesOf, groupsOf } from './profile-parts.ts';
import { type Alternative, type Group, type Profile, SEQUENCES, type Step } from './profile-schema.ts';
import { isPossession } from './record.ts';

/** Whether each way from the first step to the end passes an assertion of the whole secret. */
export function verifiesAlways(profile: Profile, list: readonly (Step | Group)[]): boolean {
  return isOnEachWay(list, (step, _, group) => assertsSecret(profile, step, group));
}

/** Whether a unit tells its starts apart: always, never, or (which no run could work with) now and then. */
export function namesStarts({ prepare = [], identify }: Profile): 'always' | 'never' | 'sometimes' {
  if (![...allGroups(prepare), ...allGroups(identify)].includes('boot')) return 'never';
  const isBoot: Passes = (_, option) => option !== undefined && capturedBy(option).includes('boot');
  return isOnEachWay(prepare, isBoot) || isOnEachWay(identify, isBoot) ? 'always' : 'sometimes';
}

/** Whether each way through `restart` passes a text that no other step of the profile could take for an answer of its own. */
export function showsRestart(profile: Profile): boolean {
  const others = SEQUENCES.filter((name) => name !== 'restart').flatMap((name) => {
    return allSteps(profile[name] ?? []).flatMap((step) => alternativesOf(step).map(({ option }) => option));
  });
  return isOnEachWay(profile.restart, (_, option) => {
    return option !== undefined && !others.some((other) => areAlike(option, other));
  });
}

/** Whether a step's answer, taken this way (undefined: it expects nothing), is what is looked for. */
type Passes = (step: Step, option: Alternative | undefined, group: Group | undefined) => boolean;

function isOnEachWay(list: readonly (Step | Group)[], passes: Passes, group?: Group): boolean {
  const safe: boolean[] = [];
  safe[list.length] = false;
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const item = list[at];
    if (item === undefined) continue;
    if ('each' in item) {
      safe[at] = isOnEachWay(item.steps, passes, item) || safe[at + 1] === true;
      continue;
    }
    const ways = alternativesOf(item).flatMap(({ option }) => (option.fail === undefined ? [option] : []));
    safe[at] =
      ways.length === 0
        ? passes(item, undefined, group) || safe[at + 1] === true
        : ways.every((option) => passes(item, option, group) || safe[placeAfter(option, list, at)] === true);
  }
  return safe[0] === true;
}

function placeAfter({ next }: Alternative, list: readonly (Step | Group)[], at: number): number {
  if (next === undefined) return at + 1;
  const place = list.findIndex((other) => !('each' in other) && other.id === next);
  return place < 0 ? list.length : place;
}

/** An assertion of all that is secret, with something that was captured in this very step or sequence. */
function assertsSecret({ record }: Profile, step: Step, group: Group | undefined): boolean {
  return (step.assert ?? []).some(({ equal, sha256 }) => {
    const [, value] = equal ?? sha256 ?? ['', ''];
    const [name = '', ...encoders] = value.split('|').map((part) => part.trim());
    // A length is no verification.
    if (encoders.includes('bytelen')) return false;
    if (name === 'record') return true;
    if (group?.each === 'field' && name === 'value') return true;
    if (group?.each === 'chunk' && name === 'chunk') return /^record\b(?!.*bytelen)/.test(group.of ?? '');
    const source = name.startsWith('field.') ? record.fields[name.slice('field.'.length)] : undefined;
    return (
      source === 'possession' || (source !== undefined && isPossession(source) && isOnly(source, record))
    );
  });
}

/** Whether every order has this one for its secret: an assertion of another one would be none under some orders. */
function isOnly(source: Profile['record']['fields'][string], { fields }: Profile['record']): boolean {
  return Object.values(fields).every((other) => other === source || !isPossession(other));
}

function capturedBy(option: Alternative): string[] {
  return [...groupsOf(option), ...(option.takeBytes === undefined ? [] : [option.takeBytes.as])];
}

/** Whether what is said for `other` could be taken for `option`, as far as their texts tell. */
function areAlike(option: Alternative, other: Alternative): boolean {
  if (option.re !== undefined && option.re === other.re) return true;
  if (other.lit !== undefined && matched(option, other.lit) !== undefined) return true;
  const found = option.lit === undefined ? undefined : matched(other, option.lit);
  return found !== undefined && found.end - found.start === option.lit?.length;
}

function matched({ lit, re }: Alternative, text: string) {
  const matcher = lit === undefined ? re && patternOf(re) : ({ kind: 'lit', text: lit } as const);
  return matcher ? find(matcher, text, 0, true) : undefined;
}

/** What is no pattern has been reported already. */
function patternOf(source: string): Matcher | undefined {
  try {
    return pattern(source);
  } catch (thrown) {
    if (!(thrown instanceof PatternFault)) throw thrown;
    return undefined;
  }
}
