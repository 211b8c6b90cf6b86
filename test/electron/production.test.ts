/** The app in production: a unit on a pseudo-terminal through the window, the station killed under it, the end in order. */
import { createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Transport } from '../../electron/contract/envelope.ts';
import type { SlotStateView, StationView } from '../../electron/contract/views.ts';
import { openLedger } from '../../electron/ledger/open-ledger.ts';
import { verifyLedger } from '../../electron/ledger/verify-ledger.ts';
import { en } from '../../renderer/i18n/en.ts';
import { findSecret, findSecretInDir } from '../support/canary.ts';
import { createFloor } from '../support/floor.ts';
import { ACCESS_ENV } from '../support/keybench.ts';
import { connectPage, makeHome, openToApp, processOf, startApp } from './support/app.ts';
import { whySkipped } from './support/binary.ts';
import { answer, KEEP_QUESTIONS, questionsOf } from './support/questions.ts';

const skipped = whySkipped();

describe.skipIf(skipped)(`the app in production${skipped ? ` (${skipped})` : ''}`, () => {
  it('takes an AccessKey and an order in its window and brings the unit to PASS; no secret stays anywhere', async () => {
    const secret = 'CanarySecret7f3K9xQ2mW';
    const floor = await createFloor({ accessKeys: [{ id: 'CanaryKeyId', secret }] });
    const only = await floor.unit();
    const orderPath = floor.order({ payload: 'secret' });
    const home = makeHome();
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    await using started = await startApp(['--ports', openToApp(only)], { home });
    const { page } = started;
    const pushes: string[] = [];
    (await connectPage(page)).subscribe((push) => pushes.push(JSON.stringify(push)));

    await page.getByText(en['nav.orders'], { exact: true }).first().click();
    await page.getByLabel(en['access.id']).fill('CanaryKeyId');
    await page.getByLabel(en['access.secret']).fill(secret);
    await page.getByRole('button', { name: en['access.enter'] }).click();
    await page.getByText(en['access.source-typed'], { exact: false }).first().waitFor();
    await page.locator('input[type=file]').setInputFiles(orderPath);
    await page.getByRole('button', { name: en['order.open-this'] }).click();
    await expect.poll(() => stateOf(page), { timeout: 60_000 }).toMatchObject({ kind: 'passed' });
    await page.getByText('PASS', { exact: true }).waitFor();

    const { key = '', cid = '' } = only.unit.record ?? {};
    expect(key).not.toBe('');
    const password = createHmac('sha1', key).update(cid).digest('base64');
    const places = {
      page: await page.content(),
      storage: await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])),
      frames: pushes.join('\n'),
      output: started.output(),
    };
    // Frames are coalesced: how many they are is the machine's business, what they hold is not.
    expect(pushes.length).toBeGreaterThan(1);
    expect(places.frames).toContain('"passed"');
    await started[Symbol.asyncDispose]();
    for (const canary of [secret, key, password]) {
      expect(Object.entries(places).flatMap(([where, text]) => findSecret(canary, where, text))).toEqual([]);
      expect(findSecretInDir(canary, home)).toEqual([]);
    }
  });

  it('outlives its station, says so, and the unit passes after, registered once', async () => {
    const { floor, unit, args } = await slowUnit();
    await using started = await startApp(args, { env: ACCESS_ENV });
    const { app, page } = started;
    await page.evaluate(() => Object.assign(window, { isTheSame: true }));
    await expect.poll(() => stateOf(page), { timeout: 60_000 }).toMatchObject({ kind: 'running' });
    expect(await app.evaluate(({ powerSaveBlocker }) => powerSaveBlocker.isStarted(0))).toBe(true);
    const station = await processOf(app, 'Keybench station');
    const said = page.getByText(en['lost.word'], { exact: true }).waitFor();
    process.kill(Number(station), 'SIGKILL');
    await said;
    await expect.poll(() => stateOf(page), { timeout: 60_000 }).toMatchObject({ kind: 'passed' });
    expect(await page.evaluate(() => 'isTheSame' in window)).toBe(true);
    expect(await processOf(app, 'Keybench station')).not.toBe(station);
    expect(unit.record?.cid).toBe(`GID_sensor@@@${unit.hardwareId}`);
    expect(floor.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential')).toHaveLength(1);
  });

  it('asks before its window is closed over a running unit, then ends the run in order', async () => {
    const { args } = await slowUnit();
    await using started = await startApp(args, { env: ACCESS_ENV, before: KEEP_QUESTIONS });
    const { app, page, home } = started;
    await expect.poll(() => stateOf(page), { timeout: 60_000 }).toMatchObject({ kind: 'running' });
    const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await close();
    await expect.poll(() => questionsOf(app)).toHaveLength(1);
    await answer(app, 0);
    expect(await stateOf(page)).toMatchObject({ kind: 'running' });
    await close();
    await expect.poll(() => questionsOf(app)).toHaveLength(2);
    await answer(app, 1).catch(() => undefined);
    expect(await started.ended).toBe(0);
    const ledgerPath = join(home, '.local/share/keybench/keybench.db');
    expect(await verifyLedger(ledgerPath)).toMatchObject({ ok: true, problems: [] });
    const ledger = await openLedger({ path: ledgerPath, mode: 'read' });
    const { items } = await ledger.runs();
    await ledger.close();
    expect(items).toMatchObject([{ outcome: 'ABORTED' }]);
  });
});

/** A floor with a unit that is slow enough to be met half way. */
async function slowUnit() {
  const floor = await createFloor();
  const made = await floor.unit({ flashMs: 1_500 });
  const args = ['--ports', openToApp(made), '--work-order', floor.order()];
  return { floor, unit: made.unit, args };
}

/** What the first slot shows, by the page's own question. */
async function stateOf(page: Page): Promise<SlotStateView | undefined> {
  const reply = await page.evaluate(() =>
    (window as unknown as { stationTransport: Transport }).stationTransport.request({
      command: 'station.snapshot',
      input: {},
    }),
  );
  return reply.ok ? (reply.output as StationView).slots[0]?.state : undefined;
}
