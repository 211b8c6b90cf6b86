import { describe, expect, it } from 'vitest';
import { readWorkOrder } from '../../../electron/hosts/work-order-file.ts';

const GOOD = `workOrder: WO-20261124-01
product: sensor-a
quantity: 500
cloud:
  region: cn-hangzhou
  instanceId: post-cn-0pp12gl0001
  groupId: GID_sensor
broker:
  host: post-cn-0pp12gl0001.mqtt.aliyuncs.com
  port: 8883
clientId: "{groupId}@@@{hardwareId}"
device:
  family: smp
`;

const faults = (text: string) => {
  const result = readWorkOrder(text);
  return result.ok ? [] : result.faults;
};
const changed = (from: string, to: string) => {
  expect(GOOD).toContain(from);
  return faults(GOOD.replace(from, to));
};

describe('a work order', () => {
  it('gets the defaults and the regional address', () => {
    const result = readWorkOrder(GOOD);
    expect(result.ok && result.order).toMatchObject({
      number: 'WO-20261124-01',
      cloud: { endpoint: 'https://onsmqtt.cn-hangzhou.aliyuncs.com' },
      device: { family: 'smp', baudRate: 115_200, bootTimeoutMs: 15_000 },
      payload: 'password',
      verify: 'proof',
      existing: 'reject',
      lock: false,
    });
  });

  it('names line and key of what it does not know', () => {
    expect(faults(`${GOOD}locked: true\n`)).toEqual([
      { line: 14, field: 'locked', reason: { code: 'unknown-key' } },
    ]);
    expect(changed('  family: smp', '  family: smp\n  baud: 9600')).toEqual([
      { line: 14, field: 'device.baud', reason: { code: 'unknown-key' } },
    ]);
  });

  it('names line, key and reason of a wrong type', () => {
    expect(changed('quantity: 500', 'quantity: many')).toMatchObject([{ line: 3, field: 'quantity' }]);
    expect(changed('quantity: 500', 'quantity: 1.5')).toMatchObject([
      { line: 3, reason: { code: 'whole-number', values: { min: 1, max: 10_000_000 } } },
    ]);
    expect(changed('workOrder: WO-20261124-01', 'workOrder: 20261124')).toMatchObject([
      { line: 1, field: 'workOrder' },
    ]);
    expect(changed('  port: 8883', '  port: "8883"')).toMatchObject([{ line: 10, field: 'broker.port' }]);
    expect(faults(`${GOOD}lock: "yes"\n`)).toMatchObject([
      { line: 14, field: 'lock', reason: { code: 'boolean' } },
    ]);
    expect(faults(`${GOOD}payload: token\n`)).toMatchObject([
      { line: 14, reason: { code: 'one-of', values: { values: 'password, secret' } } },
    ]);
  });

  it('reports every fault, not the first alone', () => {
    const several = GOOD.replace('quantity: 500', 'quantity: 0').replace('GID_sensor', 'sensor');
    expect(
      faults(`${several}extra: 1\n`)
        .map(({ field }) => field)
        .sort(),
    ).toEqual(['cloud.groupId', 'extra', 'quantity']);
  });

  it('names a key that is missing', () => {
    expect(changed('product: sensor-a\n', '')).toMatchObject([
      { field: 'product', reason: { code: 'missing' } },
    ]);
    expect(changed('  instanceId: post-cn-0pp12gl0001\n', '')).toMatchObject([
      { line: 4, field: 'cloud.instanceId' },
    ]);
  });

  it('accepts clear text for loopback addresses only', () => {
    const at = (endpoint: string) =>
      changed('  groupId: GID_sensor', `  groupId: GID_sensor\n  endpoint: ${endpoint}`);
    for (const good of [
      'http://127.0.0.1:18080',
      'http://localhost:1',
      'http://[::1]:1',
      'https://mq.example:8443',
    ]) {
      expect(at(good), good).toEqual([]);
    }
    for (const bad of [
      'http://onsmqtt.cn-hangzhou.aliyuncs.com',
      'http://127.0.0.1.example',
      'http://10.0.0.1',
      'ftp://127.0.0.1',
      'https://u:p@127.0.0.1',
      'https://a/b',
      'nonsense',
    ]) {
      expect(at(bad), bad).toMatchObject([{ line: 8, field: 'cloud.endpoint' }]);
    }
  });

  it('refuses a ClientId that cannot fit, with its line', () => {
    expect(
      changed('"{groupId}@@@{hardwareId}"', `"{groupId}@@@${'x'.repeat(60)}{hardwareId}"`),
    ).toMatchObject([
      { line: 11, field: 'clientId', reason: { code: 'client-id-no-room', values: { max: 64 } } },
    ]);
  });

  it('refuses families that this version does not have', () => {
    expect(changed('family: smp', 'family: morse')).toMatchObject([{ line: 13, field: 'device.family' }]);
    expect(changed('family: smp', 'family: smp\n  profile: linux-console')).toMatchObject([
      { line: 14, field: 'device.profile', reason: { code: 'unknown-key' } },
    ]);
  });

  it('refuses what is not YAML, or not a mapping, with the place', () => {
    expect(faults('workOrder: [1, 2\nproduct: x')).toMatchObject([{ line: expect.any(Number) }]);
    expect(faults('- a\n- b')).toHaveLength(1);
    expect(faults('')).toHaveLength(1);
    expect(changed('product: sensor-a', 'product: *nope')).toMatchObject([{ line: 2 }]);
    expect(faults(`${GOOD}product: twice\n`)).toMatchObject([{ line: 14, reason: { code: 'yaml-twice' } }]);
  });

  it('refuses a ClientId of another group than the order names, with its line', () => {
    expect(changed('"{groupId}@@@{hardwareId}"', '"GID_other@@@{hardwareId}"')).toEqual([
      {
        line: 11,
        field: 'clientId',
        reason: { code: 'client-id-group', values: { group: 'GID_sensor@@@' } },
      },
    ]);
  });

  it.each([
    ['product: sensor-a', 'product: !!js/function "function () {}"', 2, 'js/function'],
    ['product: sensor-a', 'product: !secret sensor-a', 2, '!secret'],
    ['quantity: 500', 'quantity: !!python/object:os.system 500', 3, 'python/object:os.system'],
    ['  family: smp', '  !!js/undefined family: smp', 13, 'js/undefined'],
  ])('refuses a tag that YAML does not define: %s as %s', (from, to, line, tag) => {
    expect(changed(from, to)).toEqual([{ line, field: '', reason: { code: 'yaml-tag', values: { tag } } }]);
  });

  it('warns where every unit would get the same ClientId', () => {
    const result = readWorkOrder(GOOD.replace('@@@{hardwareId}', '@@@{model}'));
    const place = { line: 11, field: 'clientId' };
    expect(result).toMatchObject({ ok: true, warnings: [{ ...place, reason: { code: 'client-id-same' } }] });
    const counted = readWorkOrder(GOOD.replace('{hardwareId}', '{sequence}'));
    expect(counted).toMatchObject({
      ok: true,
      warnings: [{ ...place, reason: { code: 'client-id-sequence' } }],
    });
  });
});
