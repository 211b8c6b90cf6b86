/** The AccessKey sealed by a real keyring, over two starts of the app. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AccessView, StationView } from '../../electron/contract/views.ts';
import { findSecretInDir } from '../support/canary.ts';
import { connectPage, makeHome, startApp } from './support/app.ts';
import { whyNoKeyring } from './support/binary.ts';

const skipped = whyNoKeyring();
const SECRET = 'CanarySecret7f3K9xQ2mW';

describe.skipIf(skipped)(`an AccessKey and a GNOME keyring${skipped ? ` (${skipped})` : ''}`, () => {
  it('is sealed, there at the next start, and forgotten when told so', async () => {
    const home = makeHome();
    onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    const file = join(home, '.config/Keybench/access-key.sealed');
    const input = { accessKeyId: 'LTAIabcdefgh', accessKeySecret: SECRET, keep: true };

    const entered = await inApp(home, async (ask) => {
      expect(await ask<StationView>('station.snapshot')).toMatchObject({
        access: { source: 'missing', canSeal: true },
      });
      return ask<AccessView>('access.enter', input);
    });
    expect(entered).toEqual({ source: 'sealed', canSeal: true, accessKeyId: 'LTAIab…', isTemporary: false });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'latin1').slice(0, 3)).toBe('v11');
    expect(findSecretInDir(SECRET, home)).toEqual([]);

    await inApp(home, async (ask) => {
      expect(await ask<StationView>('station.snapshot')).toMatchObject({ access: entered });
      expect(await ask<AccessView>('access.forget', {})).toEqual({ source: 'missing', canSeal: true });
    });
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  });
});

type Ask = <T>(command: 'station.snapshot' | 'access.enter' | 'access.forget', input?: object) => Promise<T>;

async function inApp<T>(home: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const { app, page } = await startApp([], { home, hasKeyring: true });
  try {
    await page.waitForSelector('nav');
    const { request } = await connectPage(page);
    return await work(async <R>(command: Parameters<Ask>[0], input: object = {}) => {
      const reply = await request({ command, input });
      if (!reply.ok) throw new Error(reply.error.code);
      return reply.output as R;
    });
  } finally {
    await app.close();
  }
}
