/**
 * The ways through a sequence: whatever a unit answers, a way must pass what makes the sequence worth its name.
 * Must not: know the texts of a console.
 */
import { alternativesOf } from './profile-parts.ts';
import type { Group, Profile, Step } from './profile-schema.ts';

/** Whether each way from the first step to the end passes an assertion of the whole secret. */
export function verifiesAlways(profile: Profile, list: readonly (Step | Group)[], group?: Group): boolean {
  const safe: boolean[] = [];
  safe[list.length] = false;
  for (let at = list.length - 1; at >= 0; at -= 1) {
    const item = list[at];
    if (item === undefined) continue;
    if ('each' in item) {
      safe[at] = verifiesAlways(profile, item.steps, item) || safe[at + 1] === true;
      continue;
    }
    const ways = alternativesOf(item, [])
      .filter(({ option }) => option.fail === undefined)
      .map(({ option }) => {
        if (option.next === undefined) return at + 1;
        const place = list.findIndex((other) => !('each' in other) && other.id === option.next);
        return place < 0 ? list.length : place;
      });
    safe[at] =
      assertsSecret(profile, item, group) ||
      (ways.length > 0 ? ways : [at + 1]).every((way) => safe[way] === true);
  }
  return safe[0] === true;
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
    return source === 'possession';
  });
}
