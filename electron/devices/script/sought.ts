/**
 * What a step looks for in a console's output. At one place noise goes before what is expected, and that before an abort: a step may
 * expect an answer that means a failure anywhere else. Must not: look for it; that is `search.ts`.
 */
import { markedPattern } from './compile.ts';
import type { CompiledProfile, CompiledStep, LooksFor } from './compiled.ts';
import type { Place } from './failures.ts';
import { fitting } from './lines.ts';
import { literal, type Matcher, pattern } from './matching.ts';
import type { Sought } from './search.ts';
import { render, type Scope } from './template.ts';

interface Now {
  readonly profile: CompiledProfile;
  readonly place: Place;
  readonly scope: Scope;
  readonly mark: string;
}

/** Throws PROFILE_UNFIT. */
export function soughtBy({ expect }: CompiledStep, now: Now): Sought[] {
  const { noise, aborts } = now.profile;
  const noises = noise.map((each): Sought => {
    return 'begins' in each ? { role: 'noise-line', begins: each.begins } : { role: 'noise', ...each };
  });
  return [...noises, ...texts('expected', expect, now), ...texts('abort', aborts, now)];
}

function texts(
  role: 'expected' | 'abort',
  list: readonly { readonly looksFor: LooksFor }[],
  now: Now,
): Sought[] {
  return list.flatMap(({ looksFor }, index) => {
    const matcher = matcherOf(looksFor, now);
    return matcher === undefined ? [] : [{ role, index, matcher }];
  });
}

/** Undefined for the loss of the port, which is no text. */
function matcherOf(looksFor: LooksFor, { place, scope, mark }: Now): Matcher | undefined {
  switch (looksFor.kind) {
    case 're':
      return looksFor.matcher;
    case 'marked':
      return pattern(markedPattern(looksFor.source, mark));
    case 'lit': {
      const { bytes } = fitting(place, () => render(looksFor.template, scope, () => {}));
      return literal(Buffer.from(bytes).toString('latin1'));
    }
    case 'port-lost':
      return undefined;
  }
}
