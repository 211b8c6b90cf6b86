/** Bad input: a message that names file, line or field, port; the specified exit status; nothing lost. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFloor } from '../../support/floor.ts';
import { keybench } from '../../support/keybench.ts';
import { orderText } from '../../support/order.ts';

describe('what is wrong before anything is started ends with 2, names its place, and opens nothing', () => {
  it.each([
    ['an unknown key', `${orderText()}locked: true\n`, /order\.yaml:20: locked: unknown key/],
    [
      'a wrong type',
      orderText().replace('quantity: 100', 'quantity: many'),
      /order\.yaml:3: quantity: must be a whole number/,
    ],
    [
      'a ClientId that cannot fit',
      orderText({ clientId: `{groupId}@@@${'x'.repeat(60)}` }),
      /order\.yaml:11: clientId: .*no room/,
    ],
    [
      'a ClientId of another group',
      orderText({ clientId: 'GID_other@@@{hardwareId}' }),
      /order\.yaml:11: clientId: .*must begin with GID_sensor@@@/,
    ],
    [
      'a tag that asks for code',
      orderText().replace('product: sensor-a', 'product: !!js/function "function () {}"'),
      /order\.yaml:2: .*tag.*js\/function/,
    ],
    [
      'clear text to another host',
      orderText({ endpoint: 'http://10.0.0.1:80' }),
      /order\.yaml:8: cloud\.endpoint: .*loopback/,
    ],
    [
      'a family that is not built',
      orderText().replace('family: smp', 'family: morse'),
      /order\.yaml:13: device\.family/,
    ],
    ['no YAML at all', '{{{', /order\.yaml:1: /],
  ])('%s in the order', async (_, text, message) => {
    const floor = await createFloor();
    const only = await floor.unit();
    writeFileSync(floor.order(), text);
    const ended = await keybench(floor.run([only], join(floor.dir, 'order.yaml')));
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
    expect(ended.stdout).toBe('');
    expect(existsSync(floor.ledgerPath)).toBe(false);
    expect(only.unit.received).toEqual([]);
  });

  it.each([
    ['no key id', {}, /ALIBABA_CLOUD_ACCESS_KEY_ID is not set/],
    ['no key secret', { ALIBABA_CLOUD_ACCESS_KEY_ID: 'x' }, /ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set/],
    [
      'an empty secret',
      { ALIBABA_CLOUD_ACCESS_KEY_ID: 'x', ALIBABA_CLOUD_ACCESS_KEY_SECRET: '' },
      /_SECRET is not set/,
    ],
  ])('%s in the environment', async (_, env, message) => {
    const floor = await createFloor();
    const only = await floor.unit();
    const ended = await keybench(floor.run([only], floor.order()), { env });
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
    expect(only.unit.received).toEqual([]);
  });

  it.each([
    [['run', '--ports', 'a'], /--work-order is missing/],
    [['run', '--work-order', 'x'], /--ports is missing/],
    [['run', '--work-order', 'x', '--ports', 'a,a'], /--ports: a is named twice/],
    [['run', '--work-order', 'x', '--ports', 'a,'], /--ports: an empty port name/],
    [['run', '--work-order', 'x', '--ports', 'a', '--count', '0'], /--count: .*not 0/],
    [['run', '--work-order', 'x', '--ports', 'a', '--wait', '-1'], /--wait/],
    [['run', '--work-order', 'x', '--ports', 'a', '--colour'], /--colour/],
    [['run', '--work-order', '/nowhere/x.yaml', '--ports', 'a'], /\/nowhere\/x\.yaml: cannot be read/],
    [['runs'], /unknown command: runs/],
    [['records', '--format', 'xml'], /--format: must be json or csv, not xml/],
    [['emulate-cloud', '--port', '70000'], /--port: .*70000/],
    [['emulate-cloud', '--faults', '/nowhere/f.json'], /\/nowhere\/f\.json: cannot be read/],
  ])('%j', async (args, message) => {
    const ended = await keybench(args);
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
    expect(ended.stdout).toBe('');
  });
});

describe('a ledger that cannot be used ends with 3, names the file, and starts no unit', () => {
  it('corrupt', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    writeFileSync(
      floor.ledgerPath,
      'this is not a database, and it is long enough to be looked at '.repeat(100),
    );
    const ended = await keybench(floor.run([only], floor.order()));
    expect(ended.stderr).toContain('LEDGER_CORRUPT');
    expect(ended.stderr).toContain(floor.ledgerPath);
    expect(ended.status).toBe(3);
    expect(only.unit.received).toEqual([]);
  });

  it('held by another writer', async () => {
    const floor = await createFloor();
    const [first, second] = [await floor.unit({ powered: false }), await floor.unit()];
    const { start } = await import('../../support/keybench.ts');
    const holder = start(floor.run([first], floor.order(), '--wait', '30'));
    await holder.line(({ event }) => event === 'slot-waiting');
    const ended = await keybench(floor.run([second], floor.order()));
    expect(ended.stderr).toContain('LEDGER_IN_USE');
    expect(ended.status).toBe(3);
    expect(second.unit.received).toEqual([]);
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect((await keybench(floor.run([second], floor.order()))).status).toBe(0);
  });

  it('in a folder that cannot be made', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    writeFileSync(join(floor.dir, 'file'), '');
    const args = floor
      .run([only], floor.order())
      .map((arg) => (arg === floor.ledgerPath ? join(floor.dir, 'file/keybench.db') : arg));
    const ended = await keybench(args);
    expect(ended.status, ended.stderr).toBe(3);
    expect(only.unit.received).toEqual([]);
  });
});

describe('a port', () => {
  it('that does not exist ends at once as ERROR, and the others go on', async () => {
    const floor = await createFloor();
    const good = await floor.unit();
    const missing = join(floor.dir, 'no-such-port');
    const args = floor
      .run([good], floor.order())
      .map((arg) => (arg === good.line.path ? `${missing},${arg}` : arg));
    const ended = await keybench(args);
    expect(ended.status).toBe(1);
    expect(ended.lines).toContainEqual(
      expect.objectContaining({
        event: 'unit-finished',
        port: missing,
        outcome: 'ERROR',
        code: 'PORT_NOT_FOUND',
      }),
    );
    expect(ended.lines.at(-1)).toMatchObject({ pass: 1, error: 1 });
    expect(ended.stderr).toContain(missing);
  });

  it('that another station has open is busy', async () => {
    const floor = await createFloor();
    const shared = await floor.unit({ powered: false });
    const { start } = await import('../../support/keybench.ts');
    const holder = start([
      ...floor.run([shared], floor.order(), '--wait', '30'),
      '--ledger',
      join(floor.dir, 'other.db'),
    ]);
    await holder.line(({ event }) => event === 'slot-waiting');
    const [ended] = await Promise.all([keybench(floor.run([shared], floor.order()))]);
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ outcome: 'ERROR', code: 'PORT_BUSY', port: shared.line.path });
  });

  it('that is a folder cannot be opened', async () => {
    const floor = await createFloor();
    mkdirSync(join(floor.dir, 'folder'));
    chmodSync(join(floor.dir, 'folder'), 0o700);
    const good = await floor.unit();
    const args = floor
      .run([good], floor.order())
      .map((arg) => (arg === good.line.path ? join(floor.dir, 'folder') : arg));
    const ended = await keybench(args);
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ outcome: 'ERROR', code: expect.stringMatching(/^PORT_/) });
  });

  it('where something else talks ends as TIMEOUT, and says so', async () => {
    const floor = await createFloor();
    const babbler = await floor.unit({ faults: { babble: 'login: \r\nPassword: ' } });
    const ended = await keybench(floor.run([babbler], floor.order(), '--wait', '1'));
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ outcome: 'TIMEOUT', code: 'UNIT_NOT_UNDERSTOOD' });
  });
});

describe('a unit', () => {
  it('of the wrong model is refused, named, and not touched', async () => {
    const floor = await createFloor();
    const only = await floor.unit({ model: 'sensor-b' });
    const ended = await keybench(floor.run([only], floor.order({ model: 'sensor-a' })));
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ unit: 'UNIT0001', outcome: 'FAIL', code: 'UNIT_WRONG_MODEL' });
    expect(ended.stderr).toContain('sensor-b');
    expect(new Set(only.unit.received)).toEqual(new Set(['hello']));
  });

  it('with the hardware id of another that is at work is stopped; the first goes on', async () => {
    const floor = await createFloor();
    const twins = await Promise.all([0, 1].map(() => floor.unit({ hardwareId: 'TWIN', flashMs: 300 })));
    const ended = await keybench(floor.run(twins, floor.order()));
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-1)).toMatchObject({ pass: 1, error: 1, inDoubt: 0 });
    expect(ended.lines).toContainEqual(
      expect.objectContaining({ unit: 'TWIN', outcome: 'ERROR', code: 'DUPLICATE_IDENTITY' }),
    );
    expect(floor.cloud.calls.filter(({ action }) => action === 'RegisterDeviceCredential')).toHaveLength(1);
    expect(twins.filter(({ unit }) => unit.record !== undefined)).toHaveLength(1);
  });
});
