/** The built preload, as Electron runs it: one CommonJS file in a sandbox where nothing but electron can be required. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Push, Transport } from '../../electron/contract/envelope.ts';
import { ROOT } from './support/binary.ts';

describe('the built preload', () => {
  let dir: string;
  let text: string;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'keybench-preload-'));
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
    const args = [vite, 'build', '--config', 'electron/vite.config.mts', '--mode', 'preload'];
    const env = { ...process.env, KEYBENCH_DIST: dir };
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    text = readFileSync(join(dir, 'preload.cjs'), 'utf8');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('requires electron alone, and gives the page two functions', async () => {
    const required: string[] = [];
    const exposed: [string, unknown][] = [];
    const invoked: unknown[][] = [];
    const sent: unknown[][] = [];
    let hear: (event: object, push: Push, number: number) => void = () => undefined;
    const electron = {
      contextBridge: { exposeInMainWorld: (...given: [string, unknown]) => void exposed.push(given) },
      ipcRenderer: {
        on: (_name: string, listener: typeof hear) => {
          hear = listener;
        },
        invoke: async (...given: unknown[]) => void invoked.push(given),
        send: (...given: unknown[]) => void sent.push(given),
      },
    };
    const require = (name: string) => {
      required.push(name);
      if (name !== 'electron') throw new Error(`${name} is not to be had in a sandbox`);
      return electron;
    };
    runInNewContext(text, { require, exports: {}, module: { exports: {} } });
    expect(new Set(required)).toEqual(new Set(['electron']));
    expect(exposed.map(([name]) => name)).toEqual(['stationTransport']);
    const transport = exposed[0]?.[1] as Transport;
    expect(Object.keys(transport)).toEqual(['request', 'subscribe']);

    const more = { command: 'station.snapshot', input: {}, channel: 'other' } as const;
    await transport.request(more);
    await transport.request(more);
    expect(invoked).toEqual(
      [1, 2].map((id) => ['station:request', { id, command: 'station.snapshot', input: {} }]),
    );

    const heard: unknown[][] = [];
    const listener = (...given: unknown[]) => void heard.push(given);
    const unsubscribe = transport.subscribe(listener);
    hear({ sender: 'what Electron gives' }, { push: 'station-back' }, 1);
    unsubscribe();
    hear({}, { push: 'station-away' }, 2);
    expect(heard).toEqual([[{ push: 'station-back' }]]);
    expect(sent).toEqual([
      ['station:taken', 1],
      ['station:taken', 2],
    ]);
  });
});
