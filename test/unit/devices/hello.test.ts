/** What a unit says of itself, field by field. */
import { describe, expect, it } from 'vitest';
import { readHello } from '../../../electron/devices/smp/hello.ts';
import { asStationError } from '../../../electron/domain/errors.ts';

const good: Record<string, unknown> = {
  v: 1,
  hw: 'AABBCCDDEEFF',
  model: 'sensor-a',
  fw: '1.2.3',
  chunk: 192,
  caps: ['prove', 'lock', 'teleport'],
  state: 'committed',
  boot: Uint8Array.from({ length: 8 }, () => 0xab),
  tx: new Uint8Array(16),
  dig: new Uint8Array(32).fill(0x11),
  later: 'a key of a later version',
};
const read = (changes: Record<string, unknown>) => {
  const fields = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined);
  try {
    return readHello(new Map(fields));
  } catch (thrown) {
    const { code, evidence } = asStationError(thrown);
    return [code, evidence.field ?? Object.keys(evidence).at(-1)];
  }
};

describe('what a unit says of itself', () => {
  it('is taken as it is, without keys and capabilities that are not known', () => {
    expect(read({})).toEqual({
      hardwareId: 'AABBCCDDEEFF',
      model: 'sensor-a',
      firmware: '1.2.3',
      chunk: 192,
      capabilities: new Set(['prove', 'lock']),
      state: 'committed',
      boot: 'abababababababab',
      digest: '11'.repeat(32),
    });
    expect(read({ dig: undefined, tx: undefined, state: 'blank' })).not.toHaveProperty('digest');
    expect(read({ chunk: 2n ** 64n - 1n })).toMatchObject({ chunk: Number.MAX_SAFE_INTEGER });
  });

  it.each([
    ['v', 2, ['UNIT_PROTOCOL', 'version']],
    ['v', '1', ['UNIT_PROTOCOL', 'v']],
    ['v', undefined, ['UNIT_PROTOCOL', 'v']],
    ['hw', 'AA:BB', ['UNIT_HARDWARE_ID_INVALID', 'hardwareId']],
    ['hw', '', ['UNIT_HARDWARE_ID_INVALID', 'hardwareId']],
    ['hw', 'A'.repeat(33), ['UNIT_HARDWARE_ID_INVALID', 'hardwareId']],
    ['hw', 12, ['UNIT_PROTOCOL', 'hw']],
    ['model', undefined, ['UNIT_PROTOCOL', 'model']],
    ['fw', 1, ['UNIT_PROTOCOL', 'fw']],
    ['chunk', 0, ['UNIT_PROTOCOL', 'chunk']],
    ['chunk', -1, ['UNIT_PROTOCOL', 'chunk']],
    ['chunk', '192', ['UNIT_PROTOCOL', 'chunk']],
    ['caps', 'prove', ['UNIT_PROTOCOL', 'caps']],
    ['caps', [1], ['UNIT_PROTOCOL', 'caps']],
    ['state', 'asleep', ['UNIT_PROTOCOL', 'state']],
    ['boot', new Uint8Array(7), ['UNIT_PROTOCOL', 'boot']],
    ['boot', 'abababababababab', ['UNIT_PROTOCOL', 'boot']],
    ['tx', new Uint8Array(15), ['UNIT_PROTOCOL', 'tx']],
    ['dig', new Uint8Array(31), ['UNIT_PROTOCOL', 'dig']],
    ['dig', null, ['UNIT_PROTOCOL', 'dig']],
  ])('is refused with %s = %s', (field, value, expected) => {
    expect(read({ [field]: value })).toEqual(expected);
  });
});
