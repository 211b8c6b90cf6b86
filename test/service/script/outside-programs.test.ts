/**
 * Three consoles of other minds: programs of their own on pseudo-terminals of their own, and profiles by someone who has read
 * docs/profiles.md only. Each goes through the built command line, and is known when it comes back.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findSecret, findSecretInDir } from '../../support/canary.ts';
import { scriptOrderText } from '../../support/consoles/script-bench.ts';
import { createFloor } from '../../support/floor.ts';
import { ACCESS_ENV, keybench } from '../../support/keybench.ts';

const PROGRAMS = resolve(import.meta.dirname, '../../support/consoles/outside');
const hasPython = spawnSync('python3', ['--version']).status === 0;

interface Outsider {
  readonly name: string;
  /** What the program is told, and what the station makes of it. */
  readonly serial: string;
  readonly hardwareId: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** The names of user and password in what it stores. */
  readonly fields: readonly [string, string];
}

const OUTSIDERS: readonly Outsider[] = [
  { name: 'menu', serial: '70-B3-D5-00-00-01', hardwareId: '70B3D5000001', fields: ['user', 'pass'] },
  { name: 'lines', serial: '0a:1b:2c:00:00:01', hardwareId: '0a1b2c000001', fields: ['usr', 'pwd'] },
  {
    name: 'login',
    serial: 'GX30001',
    hardwareId: 'GX30001',
    settings: { password: 'env:GX_PASSWORD' },
    fields: ['username', 'password'],
  },
];

describe.skipIf(!hasPython)('a console of another mind (needs python3)', () => {
  it.each(OUTSIDERS)('$name passes, and is known when it comes back', async (outsider) => {
    const { name, hardwareId, settings = {}, fields } = outsider;
    const floor = await createFloor();
    const [port, store] = [join(floor.dir, 'port'), join(floor.dir, 'stored')];
    const program = spawn('python3', [join(PROGRAMS, `${name}.py`), port, store, outsider.serial]);
    onTestFinished(() => void program.kill());
    await expect.poll(() => existsSync(port), { timeout: 30_000 }).toBe(true);
    copyFileSync(join(PROGRAMS, `${name}.yaml`), join(floor.dir, 'own.yaml'));
    const order = join(floor.dir, 'order.yaml');
    writeFileSync(order, scriptOrderText({ endpoint: floor.cloud.url, profile: './own.yaml', settings }));
    const args = ['run', '--work-order', order, '--ports', port, '--ledger', floor.ledgerPath, '--json'];
    const env = { ...ACCESS_ENV, GX_PASSWORD: 'gx secret' };

    const ended = await keybench(args, { env });
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ event: 'finished', pass: 1, inDoubt: 0 });
    const stored = JSON.parse(readFileSync(store, 'utf8')) as Readonly<Record<string, string>>;
    const [username = '', password = ''] = fields.map((field) => stored[field]);
    const clientId = `GID_sensor@@@${hardwareId}`;
    expect(floor.cloud.verifyLogin({ clientId, username, password })).toBe(true);
    writeFileSync(store, '');
    expect([
      ...findSecretInDir(password, floor.dir),
      ...findSecret(password, 'output', ended.stdout + ended.stderr),
    ]).toEqual([]);

    const again = await keybench(args, { env });
    expect(again.status, again.stderr).toBe(0);
    expect(again.lines.map(({ event }) => event)).toContain('already-done');
  });
});
