/** An order that was opened is on disk before a unit is begun: a station that dies then comes back with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createBenchPorts } from '../../../electron/hosts/bench-ports.ts';
import { createServiceParts } from '../../../electron/hosts/service-parts.ts';
import { createSettingsFile } from '../../../electron/hosts/settings-file.ts';
import { openLedger } from '../../../electron/ledger/open-ledger.ts';
import { StationService } from '../../../electron/station/service.ts';
import type { Settings } from '../../../electron/station/service-ports.ts';
import { ACCESS } from '../../support/bench.ts';
import { createFloor } from '../../support/floor.ts';

it('no unit is begun before the order that it is begun under is remembered', async () => {
  const floor = await createFloor();
  const { line } = await floor.unit();
  const file = createSettingsFile(join(floor.dir, 'settings.json'));
  let release = () => {};
  const slowDisk = new Promise<void>((resolve) => {
    release = resolve;
  });
  const settings = {
    load: () => file.load(),
    async save(next: Settings) {
      if (next.order !== undefined) await slowDisk;
      await file.save(next);
    },
  };
  const ledger = await openLedger({ path: floor.ledgerPath, mode: 'write' });
  const parts = createServiceParts({
    ledger,
    ledgerPath: floor.ledgerPath,
    mode: 'production',
    version: 'test',
    settings,
    ports: createBenchPorts([line.path], true),
    access: () => ACCESS,
  });
  const service = await StationService.start(parts, { source: 'typed', canSeal: false });
  onTestFinished(async () => {
    release();
    await service.close();
    await ledger.close();
  });
  const text = readFileSync(floor.order(), 'utf8');
  const read = parts.readOrder(text, floor.dir);
  if (!read.ok) throw new Error('the order cannot be read');
  const opening = service.openOrder(read, { fileName: 'order.yaml', text });
  await wait(1_500);
  expect(floor.cloud.calls).toEqual([]);
  release();
  await opening;
  expect((await file.load()).order?.text).toBe(text);
  await expect.poll(() => floor.cloud.calls.length, { timeout: 20_000 }).toBeGreaterThan(0);
});
