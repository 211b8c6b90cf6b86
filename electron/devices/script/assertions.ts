/** What a profile asserts of what it read back. Must not: take a missing value for an equal one. */
import type { CompiledStep } from './compiled.ts';
import { type Place, StepDiffers } from './failures.ts';
import { fitting } from './lines.ts';
import { sha256, sha256Said } from './record.ts';
import { resolve, type Scope } from './template.ts';

/** Throws StepDiffers, or PROFILE_UNFIT where the value to compare with has none. */
export function checkAssertions({ asserts }: CompiledStep, scope: Scope, place: Place): void {
  for (const { kind, captured, value } of asserts) {
    const found = scope(captured)?.bytes;
    const expected = fitting(place, () => resolve(value, scope)).bytes;
    const wanted = kind === 'equal' ? expected : sha256(expected);
    const given = kind === 'equal' || found === undefined ? found : sha256Said(found);
    if (given === undefined || Buffer.compare(given, wanted) !== 0) throw new StepDiffers(place);
  }
}
