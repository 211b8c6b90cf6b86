/**
 * Reads a profile (YAML), or says what is wrong with it: line, column, place, reason. Every fault is reported.
 * Must not: open a port, or repair anything.
 */
import { createHash } from 'node:crypto';
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Reason, reason } from '../../domain/reason.ts';
import { aliasReason, schemaReason, yamlReason } from '../file-reasons.ts';
import { checkProfile } from './check-profile.ts';
import { compileProfile } from './compile.ts';
import type { CompiledProfile } from './compiled.ts';
import { unknownKey } from './hints.ts';
import type { Path, Report } from './profile-parts.ts';
import { type Profile, profileSchema } from './profile-schema.ts';

export interface ProfileFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Dotted, such as `write.0.send`; empty for the file itself. */
  readonly field: string;
  readonly reason: Reason;
}

export interface LoadedProfile extends CompiledProfile {
  readonly name: string;
  readonly version: number;
  /** SHA-256 of the file's text, hex. */
  readonly digest: string;
}

export type ProfileResult =
  | { readonly ok: true; readonly profile: LoadedProfile }
  | { readonly ok: false; readonly faults: readonly ProfileFault[] };

/** Far above any console's needs; a larger file is something else. */
const TEXT_MAX = 256 * 1024;
/** Aliases of aliases count for as many as they stand for. */
const ALIASES_MAX = 200;

export function readProfile(text: string): ProfileResult {
  if (text.length > TEXT_MAX) return refused(reason('file-too-large'));
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // Warnings are of tags and directives that nobody defined: a step that is not what its author thought it was.
  const troubles = [...document.errors, ...document.warnings];
  if (troubles.length > 0) {
    const faults = troubles.map((error) => {
      return { ...placeAt(error.pos[0]), field: '', reason: yamlReason(error) };
    });
    return { ok: false, faults };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    return refused(aliasReason(error, ALIASES_MAX));
  }
  const faults: ProfileFault[] = [];
  const report: Report = (path, why) => {
    faults.push({ ...placeAt(offsetOf(document.contents, path)), field: path.join('.'), reason: why });
  };
  const profile = parsed(value, report);
  if (profile === undefined) return { ok: false, faults };
  const compiled = compileProfile(profile, report);
  checkProfile(profile, report);
  if (faults.length > 0) return { ok: false, faults };
  const digest = createHash('sha256').update(text).digest('hex');
  return { ok: true, profile: { ...compiled, name: profile.profile, version: profile.version, digest } };
}

/** Where a step of a profile stands: `sequence` and its step's id, as evidence names them. */
export function placeOfStep(
  text: string,
  sequence: string,
  step: string,
): { readonly line: number; readonly column: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const find = (items: unknown): Node | undefined => {
    if (!isSeq(items)) return undefined;
    for (const item of items.items) {
      if (!isMap(item)) continue;
      if (item.get('id') === step) return item;
      const inner = find(item.get('steps'));
      if (inner !== undefined) return inner;
    }
    return undefined;
  };
  const { line, col } = lines.linePos(find(document.get(sequence))?.range?.[0] ?? 0);
  return { line, column: col };
}

/** Of the file as a whole. */
function refused(why: Reason): ProfileResult {
  return { ok: false, faults: [{ line: 1, column: 1, field: '', reason: why }] };
}

function parsed(value: unknown, report: Report): Profile | undefined {
  const result = profileSchema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportIssue(issue, [], value, report);
  return undefined;
}

function reportIssue(issue: z.core.$ZodIssue, around: Path, root: unknown, report: Report): void {
  const path = [...around, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'invalid_union') {
    // The form that the author meant is the one with the fewest faults.
    const meant = [...issue.errors].sort((a, b) => weight(a) - weight(b))[0];
    if (meant !== undefined && meant.length > 0) {
      for (const inner of meant) reportIssue(inner, path, root, report);
      return;
    }
  }
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) report([...path, key], unknownKey(key));
    return;
  }
  if (issue.code === 'invalid_key') {
    report(path, schemaReason(issue.issues[0] ?? issue));
    return;
  }
  report(path, has(root, path) ? schemaReason(issue) : reason('missing'));
}

function weight(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + issue.keys.length;
    if (issue.code === 'invalid_union') return sum + Math.min(...issue.errors.map(weight), 1);
    return sum + 1;
  }, 0);
}

function has(root: unknown, path: Path): boolean {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !(key in value)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

/** Where the key at `path` stands, or the nearest thing around it that is there. */
function offsetOf(contents: ParsedNode | null, path: Path): number {
  let node: Node | null = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isNode(item.key) && String(isScalar(item.key) ? item.key.value : '') === String(key),
      );
      if (pair === undefined || !isNode(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = isNode(pair.value) ? pair.value : null;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}
