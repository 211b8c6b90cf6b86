/** The bytes that are hashed, held against the specification that third parties go by. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../electron/domain/journal.ts';
import {
  type ChainedEvent,
  eventHash,
  linkEvent,
  NO_HASH,
  unlinkEvent,
} from '../../../electron/ledger/chain.ts';

const paper = readFileSync(resolve(import.meta.dirname, '../../../docs/ledger.md'), 'utf8');

/** The eight lines of an example in the document, and the hash that stands after it. */
function example(name: string): { lines: string[]; hash: string } {
  const match = new RegExp(`\`\`\`${name}\\n([^\`]*)\\n\`\`\`\\n\\nhash \`([0-9a-f]{64})\``).exec(paper);
  if (!match?.[1] || !match[2]) throw new Error(`no example ${name} in the document`);
  return { lines: match[1].split('\n'), hash: match[2] };
}

function rowOf(lines: readonly string[]) {
  const [, previous_hash, seq, station_id, at, run_id, type, data] = lines as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return { previous_hash, seq: Number(seq), station_id, at, run_id, type, data };
}

describe('the hash of an event', () => {
  it.each(['event-1', 'event-2'])('is that of the worked example %s in the document', (name) => {
    const { lines, hash } = example(name);
    expect(lines).toHaveLength(8);
    expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(hash);
    expect(eventHash(rowOf(lines))).toBe(hash);
  });

  it('is what linking the example’s events gives, in any order of their members', () => {
    const first = linkEvent(
      { seq: 0, hash: NO_HASH },
      {
        stationId: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
        at: '2026-11-24T01:00:00.000Z',
        runId: undefined,
        event: { type: 'station.created', stationId: '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
      },
    );
    expect(first.hash).toBe(example('event-1').hash);
    const second = linkEvent(first, {
      stationId: first.station_id,
      at: '2026-11-24T01:00:05.250Z',
      runId: '0b9c6d1e-51a0-4b0e-8f0d-2f6f2a1c9a11',
      event: {
        unitState: 'blank',
        slot: '1',
        port: '/dev/ttyUSB0',
        type: 'run.started',
        hardwareId: 'A4CF12000001',
        orderNumber: 'WO-20261124-01',
        operator: '007',
        model: '温度计-a',
        firmware: '1.4.0',
      } as JournalEvent,
    });
    expect(second).toEqual({ ...rowOf(example('event-2').lines), hash: example('event-2').hash });
  });

  it('changes with every column that is hashed', () => {
    const row = rowOf(example('event-2').lines);
    const changed = Object.keys(row).map((column) =>
      eventHash({ ...row, [column]: column === 'seq' ? 3 : `${row[column as keyof typeof row]}x` }),
    );
    expect(new Set([...changed, eventHash(row)]).size).toBe(8);
  });
});

describe('a linked event', () => {
  it('comes back as it was', () => {
    const chained: Omit<ChainedEvent, 'hash'> = {
      stationId: 's',
      at: '2026-11-24T01:00:00.000Z',
      runId: 'r',
      event: { type: 'unit.confirmed', instanceId: 'i', clientId: 'c' } as JournalEvent,
    };
    const row = linkEvent({ seq: 4, hash: NO_HASH }, chained);
    expect(unlinkEvent(row)).toEqual({ ...chained, hash: row.hash });
    expect(row.seq).toBe(5);
  });

  it('cannot carry a run id that would break the lines', () => {
    const event: JournalEvent = { type: 'station.created', stationId: 's' };
    expect(() =>
      linkEvent({ seq: 0, hash: NO_HASH }, { stationId: 's', at: '', runId: 'a\nb', event }),
    ).toThrow('BUG');
  });
});
