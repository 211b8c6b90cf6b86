/**
 * A sealed record as it leaves the ledger: field names for machines, and CSV that a spreadsheet opens without running
 * anything. Must not: leave a field out because it is empty; columns stay where they are.
 */

import type { RunView } from '../ledger/records.ts';
import { csvLine } from '../station/csv.ts';

const FIELDS = [
  'recordId',
  'outcome',
  'hardwareId',
  'model',
  'firmware',
  'clientId',
  'instanceId',
  'deviceAccessKeyId',
  'digest',
  'workOrder',
  'product',
  'slot',
  'port',
  'operator',
  'stationId',
  'startedAt',
  'passedAt',
  'phases',
  'eventHash',
  'profile',
  'profileDigest',
] as const;

type Field = (typeof FIELDS)[number];

export function recordFields(run: RunView): Record<Field, unknown> {
  const { runId: recordId, endedAt: passedAt, ...rest } = run;
  const all: Readonly<Record<string, unknown>> = { recordId, passedAt, ...rest };
  return Object.fromEntries(FIELDS.map((field) => [field, all[field] ?? null])) as Record<Field, unknown>;
}

export function csvHeader(): string {
  return FIELDS.join(',');
}

export function csvRow(run: RunView): string {
  const fields = recordFields(run);
  return csvLine(FIELDS.map((field) => text(fields[field])));
}

function text(value: unknown): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
