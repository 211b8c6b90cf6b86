/** A dump shows what is in a partition, and never a credential, whatever its namespace is called. */
import { describe, expect, it } from 'vitest';
import { encodeNvs } from '../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { readNvs } from '../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { type NvsEntry, stringValue } from '../../../electron/devices/esp32-nvs/nvs/types.ts';
import { dumpJson, dumpText } from '../../../electron/hosts/nvs-dump.ts';

const text = (key: string, value: string): NvsEntry => ({ key, value: stringValue(value) });

describe('a dump', () => {
  it.each([
    ['keybench', ['cid', 'kid', 'iid', 'pw']],
    ['cloud', ['cid', 'kid', 'iid', 'pw']],
    ['cloud', ['cid', 'kid', 'iid', 'key']],
    // What a cut write, or firmware, left of one.
    ['cloud', ['kid', 'key']],
  ])('of a record in the namespace %s with %j shows lengths only', (name, keys) => {
    const record = { name, entries: keys.map((key) => text(key, `canary-${key}`)) };
    const image = readNvs(encodeNvs([{ name: 'wifi', entries: [text('ssid', 'factory')] }, record], 0x3000));
    for (const shown of [dumpText(image), JSON.stringify(dumpJson(image))]) {
      expect(shown).not.toContain('canary');
      expect(shown).toContain('factory');
      for (const key of keys) expect(shown).toContain(key);
    }
  });

  it('of a password that is not of a record shows it', () => {
    const image = readNvs(encodeNvs([{ name: 'wifi', entries: [text('pw', 'factory')] }], 0x3000));
    expect(dumpText(image)).toContain('factory');
  });
});
