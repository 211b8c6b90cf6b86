/**
 * Looks ahead at every line of a profile with a credential as the cloud would give it, so that what cannot fit is refused with
 * the order and not when a credential has been made for a unit. Must not: talk to anybody.
 */
import type { DeviceCredential } from '../../domain/credential.ts';
import { StationError } from '../../domain/errors.ts';
import { CLIENT_ID_MAX, type ClientId, type HardwareId } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import { answeredByEcho } from './echo.ts';
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
  readonly reason: string;
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

const ECHO =
  'what it expects stands in the line that it sends: a console that echoes would answer for the unit; expect more than that, or use {{mark}}';

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
        return { place: placeOfStep(text, sequence, step), reason: `${sequence}.${step}: ${ECHO}` };
      });
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code !== 'PROFILE_UNFIT') throw thrown;
      const { step, reason, name, bytes, most } = thrown.evidence;
      const size = bytes === undefined ? '' : `: ${bytes} bytes, the console takes ${most}`;
      const which = name === undefined ? '' : `: ${name} is not in a record with payload: ${order.payload}`;
      return [
        {
          place: placeOfStep(text, sequence, String(step)),
          reason: `${sequence}.${step}: ${reason}${size}${which}`,
        },
      ];
    }
  });
}
