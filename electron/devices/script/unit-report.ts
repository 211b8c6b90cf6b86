/**
 * What a console's answers say of a unit. A file's digest is the unit's own or made from what it printed; single values are
 * put together as the record is. Must not: take a part of a record for one.
 */
import { createHash } from 'node:crypto';
import { StationError } from '../../domain/errors.ts';
import { type Digest, parseHardwareId } from '../../domain/ids.ts';
import type { UnitHolding } from '../../domain/recovery.ts';
import type { Capability, UnitReport } from '../../station/ports.ts';
import { allGroups } from './profile-parts.ts';
import { HELD_NAMES, type Profile } from './profile-schema.ts';
import { canonical, digestOf, type FieldNames, sha256Said } from './record.ts';
import type { Knowledge } from './scope.ts';

const SHOWN_MAX = 64;
const EMPTY = digestOf(new Uint8Array());

/** Whether `identify` can tell what a unit holds. */
export function tellsHolding(profile: Profile): boolean {
  return allGroups(profile.identify).some((name) => (HELD_NAMES as readonly string[]).includes(name));
}

/**
 * `boot`: of this start of the unit, where the unit does not name it itself. Throws UNIT_HARDWARE_ID_INVALID or
 * UNIT_PROTOCOL.
 */
export function unitReport(profile: Profile, knowledge: Knowledge, boot: string): UnitReport {
  const said = textOf(knowledge, 'hardwareId');
  const hardwareId = parseHardwareId(said ?? '');
  if (hardwareId === undefined) {
    throw new StationError('UNIT_HARDWARE_ID_INVALID', { hardwareId: printable(said ?? '') });
  }
  const start = textOf(knowledge, 'boot');
  return {
    hardwareId,
    model: printable(textOf(knowledge, 'model') ?? profile.model ?? profile.profile),
    firmware: printable(textOf(knowledge, 'firmware') ?? '-'),
    // Without a verification a run ends written, unverified: that is for `prove` to say, after the writing.
    capabilities: new Set<Capability>(profile.erase === undefined ? ['prove'] : ['prove', 'erase']),
    boot: start === undefined ? boot : createHash('sha256').update(start).digest('hex').slice(0, 16),
    ...(tellsHolding(profile) ? holdingOf(profile, knowledge) : { state: 'unknown' }),
  };
}

function holdingOf({ record }: Profile, { captured, held, fieldNames }: Knowledge): UnitHolding {
  if (record.form === 'values') return holdingOfValues(fieldNames, held);
  const content = captured.get('heldContent')?.bytes;
  const said = captured.get('heldDigest')?.bytes;
  if (content === undefined && said === undefined) return { state: 'blank' };
  const digest =
    content === undefined
      ? (sha256Said(said ?? new Uint8Array())?.toString('hex') as Digest | undefined)
      : digestOf(content);
  if (digest === undefined) throw new StationError('UNIT_PROTOCOL', { reason: 'heldDigest is no SHA-256' });
  // A file that lost its content in a power cut is no record.
  return digest === EMPTY ? { state: 'blank' } : { state: 'committed', digest };
}

function holdingOfValues(fieldNames: FieldNames, held: ReadonlyMap<string, Uint8Array>): UnitHolding {
  const values = fieldNames.flatMap(({ name }): [string, Uint8Array][] => {
    const bytes = held.get(name);
    return bytes === undefined || bytes.length === 0 ? [] : [[name, bytes]];
  });
  if (values.length === 0) return { state: 'blank' };
  if (values.length < fieldNames.length) return { state: 'staged' };
  return { state: 'committed', digest: digestOf(canonical(values)) };
}

function textOf({ captured }: Knowledge, name: string): string | undefined {
  const value = captured.get(name);
  return value && Buffer.from(value.bytes).toString('latin1').trim();
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, SHOWN_MAX);
}
