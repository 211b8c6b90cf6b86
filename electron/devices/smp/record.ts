/**
 * The record as a unit of this family stores it: the canonical bytes themselves. Source: device protocol, the record.
 * Pure: the same credential and order give the same bytes.
 */
import type { DeviceCredential } from '../../domain/credential.ts';
import type { HardwareId } from '../../domain/ids.ts';
import type { WorkOrder } from '../../domain/work-order.ts';
import type { Payload } from '../../station/ports.ts';
import { recordPayload } from '../canonical-record.ts';
import { recordFields } from '../record-fields.ts';

export function encodeRecord(
  credential: DeviceCredential,
  hardwareId: HardwareId,
  order: Pick<WorkOrder, 'broker' | 'payload'>,
): Payload {
  return recordPayload(recordFields(credential, order), credential.clientId, hardwareId);
}
