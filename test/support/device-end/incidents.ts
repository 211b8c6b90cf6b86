/** What an incident that a test has asked for means on the wire. Must not: know a unit. */
import type { Incident } from '../../../electron/simulator/units/faults.ts';
import type { Fields } from '../../../electron/simulator/units/provisioning-device.ts';
import { errorFields } from '../../../electron/simulator/units/smp-server.ts';

/** What to do with the answer to a request that was handed on. */
export type AnswerFate = Extract<Incident, 'reply-lost' | 'power-cut-after' | { alter: unknown }> | undefined;

export function delayOf(incident: Incident | undefined): number {
  return typeof incident === 'object' && 'delayMs' in incident ? incident.delayMs : 0;
}

/** The answer that is given in the unit's place, without asking it. */
export function refusalOf(incident: Incident | undefined): Fields | undefined {
  if (typeof incident !== 'object') return undefined;
  if ('rc' in incident) return errorFields(incident.rc);
  return 'smpError' in incident ? { rc: incident.smpError } : undefined;
}

export function fateOf(incident: Incident | undefined): AnswerFate {
  if (incident === 'reply-lost' || incident === 'power-cut-after') return incident;
  return typeof incident === 'object' && 'alter' in incident ? incident : undefined;
}
