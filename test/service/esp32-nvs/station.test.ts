/** A chip through the whole station: one credential, on the chip and proven, and every refusal before the cloud is asked. */
import { describe, expect, it } from 'vitest';
import { verifyLedger } from '../../../electron/ledger/verify-ledger.ts';
import { Bench } from '../../support/bench.ts';
import { chipOf, ESP32, expectProvisioned, macOf, otherFlash } from './chip-bench.ts';
import { storedIn } from './chips.ts';

const MAC = macOf(1);

describe('a fresh chip in a slot', () => {
  it('gets one credential, holds it over a restart, and is recorded', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    const before = otherFlash(chip);
    const attempt = await bench.attempt(slot, ESP32);
    expect(attempt).toMatchObject({
      finish: { outcome: 'PASS', clientId: `GID_sensor@@@${MAC}` },
    });
    expectProvisioned(bench, chip);
    expect(otherFlash(chip)).toBe(before);
    expect(chip.flash.touched()).toEqual([0x9000]);
    await bench.restart();
    expect(await verifyLedger(bench.ledgerPath)).toMatchObject({ ok: true, problems: [] });
    chip.close();
  });

  it('is already done when it comes back, without a call to the cloud and without a write', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    await bench.attempt(slot, ESP32);
    const [calls, operations] = [bench.cloud.calls.length, chip.flash.log.length];
    expect(await bench.attempt(slot, ESP32)).toMatchObject({ kind: 'already-done', unit: MAC });
    expect(bench.cloud.calls).toHaveLength(calls);
    expect(chip.flash.log).toHaveLength(operations);
    chip.close();
  });

  it('takes the secret itself where the order says so, in the namespace and partition of the order', async () => {
    await using bench = await Bench.open();
    const partitions = [
      { label: 'nvs', type: 1, subtype: 2, address: 0x9000, size: 0x6000 },
      { label: 'fctry', type: 1, subtype: 2, address: 0x10000, size: 0x3000 },
    ];
    const { chip, slot } = chipOf(MAC, { partitions });
    const own = { partition: 'fctry', namespace: 'cloud' };
    const attempt = await bench.attempt(slot, { ...ESP32, payload: 'secret', own });
    expect(attempt).toMatchObject({ finish: { outcome: 'PASS' } });
    const record = storedIn(chip, 'cloud', { offset: 0x10000, size: 0x3000 });
    expect(record).toMatchObject({ key: bench.credential(MAC)?.deviceAccessKeySecret });
    expect(record).not.toHaveProperty('pw');
    expect(chip.flash.touched()).toEqual([0x10000]);
    chip.close();
  });

  it.each([230_400, 921_600])('is written at %d baud where the order says so', async (baudRate) => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    expect(await bench.attempt(slot, { ...ESP32, baudRate })).toMatchObject({ finish: { outcome: 'PASS' } });
    expect(chip.received).toContain('CHANGE_BAUDRATE');
    expectProvisioned(bench, chip);
    chip.close();
  });
});

describe('a chip that cannot take a record', () => {
  const nvs = { label: 'nvs', type: 1, subtype: 2, address: 0x9000, size: 0x6000 };
  const plain = Buffer.alloc(0x6000, 0xa5);
  it.each([
    ['whose flash is encrypted', { cryptCount: 1 }, 'UNIT_SECURED', { protection: 'flash-encryption' }],
    [
      'in secure download mode',
      { isSecureDownload: true },
      'UNIT_SECURED',
      { protection: 'secure-download' },
    ],
    ['of a kind that we do not know', { magic: 0x1234_5678 }, 'UNIT_UNKNOWN_CHIP', { magic: '12345678' }],
    ['without a partition table', { partitions: [] }, 'UNIT_NO_PARTITION_TABLE', {}],
    [
      'without the partition of the order',
      { partitions: [{ ...nvs, label: 'storage' }] },
      'UNIT_PARTITION_MISSING',
      { partition: 'nvs', labels: 'storage' },
    ],
    [
      'with too small a partition',
      { partitions: [{ ...nvs, size: 0x2000 }] },
      'UNIT_PARTITION_UNUSABLE',
      { why: 'too-small' },
    ],
    [
      'with an encrypted partition',
      { partitions: [{ ...nvs, encrypted: true }] },
      'UNIT_PARTITION_UNUSABLE',
      { why: 'encrypted' },
    ],
    [
      'with a partition that is only for reading',
      { partitions: [{ ...nvs, readonly: true }] },
      'UNIT_PARTITION_UNUSABLE',
      { why: 'read-only' },
    ],
    [
      'with a partition of another kind',
      { partitions: [{ ...nvs, subtype: 0x81 }] },
      'UNIT_PARTITION_UNUSABLE',
      { why: 'not-nvs' },
    ],
    ['whose partition holds what is no NVS', { load: plain }, 'UNIT_PARTITION_UNUSABLE', { why: 'not-nvs' }],
  ] as const)(
    '%s is refused with its reason, no call to the cloud, no write',
    async (_, options, code, evidence) => {
      await using bench = await Bench.open();
      const { load, ...chipOptions } = { load: undefined, ...options };
      const { chip, slot } = chipOf(MAC, chipOptions);
      if (load !== undefined) chip.flash.load(0x9000, load);
      const attempt = await bench.attempt(slot, ESP32);
      expect(attempt).toMatchObject({ finish: { outcome: 'FAIL', code, evidence, inDoubt: false } });
      expect(bench.cloud.calls).toEqual([]);
      expect(chip.flash.log).toEqual([]);
      chip.close();
    },
  );

  it('is a matter of the order where it asks for a lock', async () => {
    await using bench = await Bench.open();
    const { chip, slot } = chipOf(MAC);
    expect(await bench.attempt(slot, { ...ESP32, lock: true })).toMatchObject({
      finish: { outcome: 'FAIL', code: 'UNIT_LACKS_CAPABILITY' },
    });
    expect(bench.cloud.calls).toEqual([]);
    chip.close();
  });

  it('is a matter of the cable where it says nothing, or starts its application each time', async () => {
    await using bench = await Bench.open();
    const silent = chipOf(macOf(2), { faults: { isSilent: true } });
    expect(await bench.attempt(silent.slot, ESP32)).toMatchObject({
      finish: { outcome: 'TIMEOUT', code: 'UNIT_SILENT' },
    });
    const stubborn = chipOf(macOf(3), { faults: { hasNoAutoReset: true }, logEveryMs: 50 });
    expect(await bench.attempt(stubborn.slot, ESP32)).toMatchObject({
      finish: { outcome: 'TIMEOUT', code: 'UNIT_NOT_UNDERSTOOD' },
    });
    expect(bench.cloud.calls).toEqual([]);
    silent.chip.close();
    stubborn.chip.close();
  });
});
