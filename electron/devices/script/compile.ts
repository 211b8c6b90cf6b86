/**
 * Makes a checked profile ready to run, and says what in it cannot work: templates, patterns, jumps. Every fault is
 * reported with its place. Must not: talk to a unit.
 */
import { type Reason, reason } from '../../domain/reason.ts';
import type { CompiledAlternative, CompiledProfile, CompiledStep, Item, LooksFor } from './compiled.ts';
import { type Matcher, PatternFault, pattern } from './matching.ts';
import { groupsOf, type Path, type Report } from './profile-parts.ts';
import {
  type Alternative,
  type Group,
  HELD_IN_CLEAR,
  type Profile,
  SEQUENCES,
  type Sequence,
  type Step,
} from './profile-schema.ts';
import { misquotedLine, misquotedText } from './quoting.ts';
import { parseReference, parseTemplate, type Reference, type Template, TemplateFault } from './template.ts';

/** Stands for `{{mark}}` while a pattern is checked. */
const SAMPLE_MARK = '00000000';
const MARK_IN_PATTERN = /\{\{\s*mark\s*\}\}/g;

export function compileProfile(profile: Profile, report: Report): CompiledProfile {
  const compile = new Compiler(profile, report);
  const sequences = SEQUENCES.flatMap((name) => {
    const list = profile[name];
    return list === undefined ? [] : [[name, compile.sequence(list, [name])] as const];
  });
  return {
    source: profile,
    sequences: Object.fromEntries(sequences),
    aborts: profile.abort.map((abort, index) => ({
      looksFor: compile.looksFor(abort, ['abort', index]),
      fail: abort.fail,
    })),
    noise: profile.ignore.map((noise, index) => compile.noise(noise, ['ignore', index])),
  };
}

const NOTHING: Matcher = { kind: 'lit', text: '\uffff' };

class Compiler {
  readonly #profile: Profile;
  readonly #report: Report;

  constructor(profile: Profile, report: Report) {
    this.#profile = profile;
    this.#report = report;
  }

  sequence(list: Sequence, path: Path): readonly Item[] {
    this.#refuseDoubles(list, path);
    return list.map((item, index): Item => {
      if (!('each' in item)) return this.#step(item, list, index, [...path, index]);
      return this.#group(item, [...path, index]);
    });
  }

  looksFor({ lit, re, portLost }: Pick<Alternative, 'lit' | 're' | 'portLost'>, path: Path): LooksFor {
    const given = [lit, re, portLost].filter((way) => way !== undefined);
    if (given.length !== 1) this.#report(path, reason('lit-or-re'));
    if (portLost !== undefined) return { kind: 'port-lost' };
    this.#reportIf(misquotedText(lit ?? ''), [...path, 'lit']);
    if (re === undefined) return { kind: 'lit', template: this.#template(lit ?? 'x', [...path, 'lit']) };
    const isMarked = MARK_IN_PATTERN.test(re);
    MARK_IN_PATTERN.lastIndex = 0;
    const matcher = this.#pattern(markedPattern(re, SAMPLE_MARK), [...path, 're']);
    return isMarked ? { kind: 'marked', source: re } : { kind: 're', matcher };
  }

  noise({ re, lineStarts }: Profile['ignore'][number], path: Path): CompiledProfile['noise'][number] {
    if ((re === undefined) === (lineStarts === undefined)) this.#report(path, reason('re-or-line-starts'));
    this.#reportIf(misquotedText(lineStarts ?? ''), [...path, 'lineStarts']);
    return re === undefined
      ? { begins: Buffer.from(lineStarts ?? '\uffff').toString('latin1') }
      : { matcher: this.#pattern(re, [...path, 're']) };
  }

  #reportIf(why: Reason | undefined, path: Path): void {
    if (why !== undefined) this.#report(path, why);
  }

  #refuseDoubles(list: readonly (Step | Group)[], path: Path): void {
    const seen = new Set<string>();
    for (const [index, item] of list.entries()) {
      if ('each' in item) continue;
      if (seen.has(item.id)) this.#report([...path, index, 'id'], reason('twice', { id: item.id }));
      seen.add(item.id);
    }
  }

  #group(group: Group, path: Path): Item {
    const { each, of, size, steps } = group;
    if (each === 'chunk' && (of === undefined || size === undefined)) {
      this.#report(path, reason('chunk-needs'));
    }
    if (each === 'field' && (of !== undefined || size !== undefined)) {
      this.#report(path, reason('field-has-not'));
    }
    this.#refuseDoubles(steps, [...path, 'steps']);
    return {
      kind: 'group',
      each,
      size: size ?? 1,
      ...(of === undefined ? {} : { of: this.#reference(of, [...path, 'of']) }),
      steps: steps.map((step, index) => this.#step(step, steps, index, [...path, 'steps', index])),
    };
  }

  #step(step: Step, list: readonly (Step | Group)[], index: number, path: Path): CompiledStep {
    this.#refuseOddStep(step, path);
    this.#reportIf(misquotedLine(step.send ?? ''), [...path, 'send']);
    const { link } = this.#profile;
    const { send, payload, expect, idleMs, quietMs } = step;
    const isMany = expect !== undefined && 'anyOf' in expect;
    const options = expect === undefined ? [] : isMany ? expect.anyOf : [expect];
    const alternatives = options.map((option, place) => {
      const at = isMany ? [...path, 'expect', 'anyOf', place] : [...path, 'expect'];
      return this.#alternative(option, list, index, at);
    });
    const isHolding = alternatives.some(({ transforms, take }) => {
      return take !== undefined || Object.keys(transforms).some((name) => HELD_IN_CLEAR.includes(name));
    });
    return {
      kind: 'step',
      id: step.id,
      eol: step.eol ?? link.eol,
      timeoutMs: step.timeoutMs ?? link.timeoutMs,
      retries: step.retries ?? 0,
      expect: alternatives,
      isHidden: step.redact === true || isHolding || step.assert !== undefined,
      asserts: (step.assert ?? []).flatMap((assertion, place) => {
        const at = [...path, 'assert', place];
        const { equal, sha256 } = assertion;
        if ((equal === undefined) === (sha256 === undefined)) this.#report(at, reason('equal-or-sha256'));
        const [captured, value] = equal ?? sha256 ?? ['', 'record'];
        const kind = equal === undefined ? 'sha256' : 'equal';
        return [{ kind, captured, value: this.#reference(value, [...at, kind, 1]) } as const];
      }),
      ...(send === undefined ? {} : { send: this.#template(send, [...path, 'send']) }),
      ...(payload === undefined ? {} : { payload: this.#reference(payload, [...path, 'payload']) }),
      ...(quietMs === undefined ? {} : { quietMs }),
      ...(idleMs === undefined ? {} : { idleMs }),
    };
  }

  #refuseOddStep(step: Step, path: Path): void {
    const { send, payload, expect, quietMs, retries, idempotent, assert } = step;
    if (send !== undefined && payload !== undefined) this.#report(path, reason('send-and-payload'));
    if (
      send === undefined &&
      payload === undefined &&
      expect === undefined &&
      quietMs === undefined &&
      assert === undefined
    ) {
      this.#report(path, reason('does-nothing'));
    }
    if (quietMs !== undefined && expect !== undefined) this.#report(path, reason('quiet-and-expect'));
    if (retries === undefined) return;
    if (idempotent !== true) this.#report([...path, 'retries'], reason('retries-idempotent'));
    if (payload !== undefined) this.#report([...path, 'retries'], reason('retries-payload'));
    if (expect === undefined) this.#report([...path, 'retries'], reason('retries-expect'));
  }

  #alternative(
    option: Alternative,
    list: readonly (Step | Group)[],
    index: number,
    path: Path,
  ): CompiledAlternative {
    const { capture = {}, takeBytes, next, fail } = option;
    const looksFor = this.looksFor(option, path);
    const groups = groupsOf(option);
    for (const name of Object.keys(capture)) {
      if (!groups.includes(name)) this.#report([...path, 'capture', name], reason('no-group'));
    }
    if (takeBytes !== undefined && this.#profile.link.stripAnsi) {
      this.#report([...path, 'takeBytes'], reason('bytes-and-ansi'));
    }
    if (next !== undefined && fail !== undefined) this.#report(path, reason('next-and-fail'));
    const place = next === undefined ? undefined : this.#place(next, list, index, [...path, 'next']);
    return {
      looksFor,
      transforms: Object.fromEntries(groups.map((name) => [name, capture[name] ?? {}])),
      ...(takeBytes === undefined
        ? {}
        : { take: { count: takeBytes.count, as: takeBytes.as, transform: takeBytes } }),
      ...(place === undefined ? {} : { next: place }),
      ...(fail === undefined ? {} : { fail }),
    };
  }

  #place(next: string, list: readonly (Step | Group)[], index: number, path: Path): number {
    if (next === 'end') return list.length;
    const place = list.findIndex((item) => !('each' in item) && item.id === next);
    if (place < 0) this.#report(path, reason('next-nowhere', { step: next }));
    else if (place <= index) this.#report(path, reason('next-backwards', { step: next }));
    return place;
  }

  #template(text: string, path: Path): Template {
    return this.#parsed(() => parseTemplate(text), path, []);
  }

  #reference(text: string, path: Path): Reference {
    return this.#parsed(() => parseReference(text), path, { name: 'record', encoders: [] });
  }

  #pattern(source: string, path: Path): Matcher {
    return this.#parsed(() => pattern(source), path, NOTHING);
  }

  #parsed<T>(parse: () => T, path: Path, otherwise: T): T {
    try {
      return parse();
    } catch (thrown) {
      if (!(thrown instanceof TemplateFault || thrown instanceof PatternFault)) throw thrown;
      this.#report(path, thrown.reason);
      return otherwise;
    }
  }
}

export function markedPattern(source: string, mark: string): string {
  return source.replace(MARK_IN_PATTERN, mark);
}
