/**
 * Looks ahead at every line of a profile with a credential as the cloud would give it, so that what cannot fit is refused with
 * the order and not when a credential has been made for a unit. Must not: talk to anybody.
 */
import type { DeviceCredential } from '../../domain/credential.ts';
import { type Evidence, StationError } from '../../domain/errors.ts';
import { CLIENT_ID_MAX, type ClientId, type HardwareId } from '../../domain/ids.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import { Secret } from '../../domain/secret.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import { answeredByEcho } from './echo.ts';
import type { UnfitWhy } from './encoders.ts';
import { checkLines } from './lines.ts';
import { SEQUENCES } from './profile-schema.ts';
import { type LoadedProfile, placeOfStep } from './read-profile.ts';
import { encodeRecord, type FieldNames } from './record.ts';
import type { Knowledge } from './scope.ts';
import type { Value } from './template.ts';

interface Rehearsed {
  readonly profile: LoadedProfile;
  /** The file. */
  readonly text: string;
  readonly settings: ReadonlyMap<string, Value>;
  readonly fieldNames: FieldNames;
}

export interface Misfit {
  readonly place: { readonly line: number; readonly column: number };
  readonly reason: Reason;
}

export const DUMMY_HARDWARE_ID = 'DUMMYUNIT0001' as HardwareId;

/** A credential of nobody's, with the lengths of a real one; its ClientId is as long as the broker takes. */
export function dummyCredential(instanceId: string): DeviceCredential {
  const clientId = `GID_dummy@@@${DUMMY_HARDWARE_ID}`.padEnd(CLIENT_ID_MAX, '-') as ClientId;
  return {
    clientId,
    instanceId,
    deviceAccessKeyId: 'DC.DummyKeyIdDummyKeyId00',
    createTime: 0,
    updateTime: 0,
    deviceAccessKeySecret: new Secret('DC.DummySecretDummySecr00'),
  };
}

export function rehearse(
  { profile, text, settings, fieldNames }: Rehearsed,
  order: Pick<WorkOrder, 'cloud' | 'broker' | 'payload'>,
): Misfit[] {
  const credential = dummyCredential(order.cloud.instanceId);
  const payload = encodeRecord(profile.source, credential, DUMMY_HARDWARE_ID, order);
  const knowledge: Knowledge = { settings, fieldNames, payload, captured: new Map(), held: new Map() };
  return SEQUENCES.flatMap((sequence): Misfit[] => {
    try {
      checkLines(profile, sequence, knowledge);
      return answeredByEcho(profile, sequence, knowledge).map((step) => {
        return {
          place: placeOfStep(text, sequence, step),
          reason: reason('answered-by-echo', { step: `${sequence}.${step}` }),
        };
      });
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code !== 'PROFILE_UNFIT') throw thrown;
      const { step } = thrown.evidence;
      const why = misfitReason(`${sequence}.${step}`, thrown.evidence, order.payload);
      return [{ place: placeOfStep(text, sequence, String(step)), reason: why }];
    }
  });
}

/** What PROFILE_UNFIT says in its evidence, for the reader of a file. */
function misfitReason(step: string, evidence: Evidence, payload: string): Reason {
  const { reason: why, name = '', bytes = '', most = '' } = evidence;
  if (why === 'line too long') return reason('unfit-long', { step, bytes: Number(bytes), max: Number(most) });
  if (why === 'no value') return reason('unfit-no-value', { step, name: String(name), payload });
  return reason(UNFIT[why as UnfitWhy], { step });
}

const UNFIT = {
  'not a word': 'unfit-word',
  'not digits': 'unfit-digits',
  'not plain characters': 'unfit-characters',
  'line end in a value': 'unfit-line-end',
  'control character': 'unfit-control',
  'not UTF-8': 'unfit-utf8',
} as const satisfies Record<UnfitWhy, string>;
