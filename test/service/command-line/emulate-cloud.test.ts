/** `keybench emulate-cloud` from outside, called by the real cloud client: what its faults file can ask for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFloor } from '../../support/floor.ts';
import { keybench, start } from '../../support/keybench.ts';
import { KEY, never, registryFor, UNIT } from '../cloud/setup.ts';

const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: KEY.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: KEY.secret };

async function faultsFile(text: string): Promise<string> {
  const { dir } = await createFloor();
  const path = join(dir, 'faults.json');
  writeFileSync(path, text);
  return path;
}

describe('the faults file of emulate-cloud', () => {
  it.each([
    ['refuse', 'exists'],
    ['rotate', 'done'],
  ])('selects what a second Register does: %s', async (secondRegister, kind) => {
    const path = await faultsFile(JSON.stringify({ secondRegister }));
    const cloud = start(['emulate-cloud', '--port', '0', '--faults', path], { env });
    const { url } = await cloud.line(({ event }) => event === 'listening');
    const registry = registryFor(String(url));
    const first = await registry.register(UNIT, never);
    const second = await registry.register(UNIT, never);
    expect([first.kind, second.kind]).toEqual(['done', kind]);
  });

  it.each([
    ['{"secondRegister": "explode"}', /faults\.json: secondRegister: must be refuse or rotate/],
    ['{"secondRegister": true}', /faults\.json: secondRegister: must be refuse or rotate/],
    ['{"second": "rotate"}', /faults\.json: second: is not one of faults, secondRegister/],
    ['{"faults": {}}', /faults\.json: faults: must be an array of faults/],
    [
      '{"faults": [{"action": "GetDeviceCredential", "call": 1, "fault": "x"}]}',
      /faults\.json: faults\[0\]\.fault: must be one of/,
    ],
    ['7', /faults\.json: must be an array of faults, or an object/],
    ['{\n"secondRegister": rotate}', /faults\.json:2: is not JSON/],
  ])('%s is refused with its place', async (text, message) => {
    const ended = await keybench(['emulate-cloud', '--faults', await faultsFile(text)]);
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
  });
});
