/**
 * The other process of the ledger's tests, bundled as CommonJS like the product: `hold` keeps a ledger open, `append`
 * passes units one after the other and says what was acknowledged, `open` and `read` try and say how it went.
 */
import { writeSync } from 'node:fs';
import { asStationError } from '../../../electron/domain/errors.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import type { SqlLedger } from '../../../electron/ledger/sql-ledger.ts';
import { loadSqlite } from '../../../electron/ledger/sqlite.ts';
import { anOrder, claimUnit, run, wayToPass } from './events.ts';

const [, , command, path = '', name = ''] = process.argv;
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

async function passOne(ledger: SqlLedger, hardwareId: string): Promise<void> {
  const runId = `run-${hardwareId}`;
  const acknowledge = (type: string) => say({ runId, type });
  const answer = await claimUnit(ledger, { runId, hardwareId, order: anOrder() });
  if (answer.kind !== 'claimed') throw new Error(answer.kind);
  acknowledge('claim.made');
  const way = wayToPass({ hardwareId, clientId: answer.claim.clientId });
  for (const event of [way.requested, way.known, way.written, way.proved, way.passed]) {
    await ledger.append([event], run(runId));
    acknowledge(event.type);
  }
}

/** Gives up what root may do, after everything is loaded that another user may not be able to read. */
async function becomeNobody(): Promise<void> {
  if (process.getuid?.() !== 0) return;
  await loadSqlite();
  process.setgroups?.([]);
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}

async function main(): Promise<void> {
  if (name === 'as-nobody') await becomeNobody();
  if (command === 'read') {
    const ledger = await openLedger({ path, mode: 'read' });
    const { items } = await ledger.records();
    say({ records: items.length, head: await ledger.head() });
    return ledger.close();
  }
  const ledger = await openLedger({ path, mode: 'write' });
  say({ open: true });
  if (command === 'open') return ledger.close();
  if (command === 'hold') return void setInterval(() => undefined, 1_000);
  const slots = ['a', 'b', 'c'];
  await Promise.all(
    slots.map(async (slot) => {
      for (let n = 0; ; n += 1) await passOne(ledger, `${name}-${slot}-${n}`);
    }),
  );
}

main().catch((error: unknown) => {
  const { code, evidence } = asStationError(error);
  say({ code, evidence });
});
