/** The values that a profile's lines may name while a sequence runs. Must not: outlive the sequence with a secret in it. */
import type { CompiledGroup } from './compiled.ts';
import { HELD_IN_CLEAR } from './profile-schema.ts';
import type { FieldNames, ScriptPayload } from './record.ts';
import { resolve, type Scope, type Value } from './template.ts';

/** What a sequence is run with, and what it finds out. */
export interface Knowledge {
  readonly settings: ReadonlyMap<string, Value>;
  readonly fieldNames: FieldNames;
  readonly payload?: ScriptPayload | undefined;
  /** By group name. */
  readonly captured: Map<string, Value>;
  /** Values that the unit holds, by field name; their SHA-256 where it gives no more than that. */
  readonly held: Map<string, Uint8Array>;
}

/** Values of one turn of a group. */
export type Locals = ReadonlyMap<string, Value>;
export const NO_LOCALS: Locals = new Map();

export function scopeOf(knowledge: Knowledge, locals: Locals, mark: string): Scope {
  const { settings, payload, captured } = knowledge;
  return (name) => {
    if (name === 'mark') return open(mark);
    if (name === 'record') return payload && { bytes: payload.bytes.reveal(), isSecret: true };
    if (name.startsWith('field.')) return fieldValue(payload, name.slice('field.'.length));
    return locals.get(name) ?? captured.get(name) ?? settings.get(name);
  };
}

/** The turns of a group, each with its values. Throws Unfit or Unknown. */
export function turnsOf(group: CompiledGroup, knowledge: Knowledge): Locals[] {
  const { payload, fieldNames } = knowledge;
  if (group.each === 'field') {
    return fieldNames.map(({ name }) => {
      const value = fieldValue(payload, name);
      return new Map([['name', open(name)], ...(value === undefined ? [] : [['value', value] as const])]);
    });
  }
  if (group.of === undefined) return [];
  const { bytes, isSecret } = resolve(group.of, scopeOf(knowledge, NO_LOCALS, ''));
  const count = Math.ceil(bytes.length / group.size);
  return Array.from({ length: count }, (_, index) => {
    const offset = index * group.size;
    return new Map<string, Value>([
      ['chunk', { bytes: bytes.subarray(offset, offset + group.size), isSecret }],
      ['index', open(String(index))],
      ['offset', open(String(offset))],
    ]);
  });
}

/** What a unit said: a value of the record is as secret as the record. */
export function capturedValue(name: string, bytes: Uint8Array): Value {
  return { bytes, isSecret: HELD_IN_CLEAR.includes(name) };
}

function fieldValue(payload: ScriptPayload | undefined, name: string): Value | undefined {
  const field = payload?.fields.find((candidate) => candidate.name === name);
  return field && { bytes: Buffer.from(field.text.reveal()), isSecret: field.isSecret };
}

function open(text: string): Value {
  return { bytes: Buffer.from(text), isSecret: false };
}
