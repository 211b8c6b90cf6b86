/** The profiles that ship: each is well-formed, has its page, and says what it does not do. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProfile } from '../../../electron/devices/script/read-profile.ts';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'electron/devices/script/profiles');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''));

describe('a profile that ships', () => {
  it('is one of four', () => {
    expect(names.sort()).toEqual(['esp-at-sysmfg', 'linux-console', 'micropython', 'zephyr-settings']);
  });

  it.each(names)('%s has no fault, and the name of its file', (name) => {
    const read = readProfile(readFileSync(join(folder, `${name}.yaml`), 'utf8'));
    expect(read).toMatchObject({ ok: true, profile: { name } });
  });

  it.each(names)(
    '%s has a page: what it does on the device, what is verified, its settings and its limits',
    (name) => {
      const page = readFileSync(join(root, 'docs/profiles', `${name}.md`), 'utf8');
      for (const heading of ['On the device', 'Verified', 'Limits'])
        expect(page).toContain(`\n## ${heading}\n`);
      const read = readProfile(readFileSync(join(folder, `${name}.yaml`), 'utf8'));
      const settings = read.ok ? Object.keys(read.profile.source.settings) : [];
      for (const setting of settings) expect(page).toContain(`\`${setting}\``);
    },
  );
});
