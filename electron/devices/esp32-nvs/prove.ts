/**
 * Holding the flash to the record, value by value: the strongest that a chip without a firmware of ours can show. Source: command
 * line, `verify: proof` (reading back and parsing after a reset).
 * Must not: take what was read before the reset, or say of a value more than its key.
 */
import { timingSafeEqual } from 'node:crypto';
import { decode } from 'cborg';
import { StationError } from '../../domain/errors.ts';
import type { Payload } from '../../station/ports.ts';
import type { ChipTalk } from './chip-talk.ts';
import type { FoundRecord } from './record-entries.ts';

/** Rejects PROOF_WRONG with what is wrong, or UNIT_FORGOT_RECORD. `notBoot` are the starts from which a proof does not count. */
export async function proveRecord(
  talk: ChipTalk,
  payload: Payload,
  notBoot: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await talk.inRounds(signal, (chip) =>
    talk.look(chip, (_image, { record, state }) => {
      if (record === undefined) throw new StationError('UNIT_FORGOT_RECORD', { unitState: state });
      const wrong = notBoot.includes(talk.unit.boot) ? 'boot' : faultOf(record, payload);
      if (wrong !== undefined) throw new StationError('PROOF_WRONG', { wrong });
    }),
  );
}

/** The first key whose value differs, or undefined where the record is the payload's and sealed. */
export function faultOf(record: FoundRecord | undefined, payload: Payload): string | undefined {
  if (record === undefined) return 'incomplete';
  const ours = payload.bytes.reveal();
  const isSame = record.bytes.length === ours.length && timingSafeEqual(record.bytes, ours);
  if (!isSame) return differingKey(record.bytes, ours);
  return record.isSealed === true && record.digest === payload.digest ? undefined : 'dig';
}

function differingKey(found: Uint8Array, ours: Uint8Array): string {
  const [theirs, expected] = [found, ours].map((bytes) => decode(bytes) as Readonly<Record<string, unknown>>);
  return Object.keys(expected ?? {}).find((key) => theirs?.[key] !== expected?.[key]) ?? 'dig';
}
