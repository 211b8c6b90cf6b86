/** A family that nothing of the station knows: one entry in the table takes its units to PASS, and its keys into orders. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../../electron/devices/canonical-record.ts';
import { FAMILIES } from '../../../electron/devices/families.ts';
import { composeStation } from '../../../electron/hosts/compose.ts';
import { readWorkOrder } from '../../../electron/hosts/work-order-file.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import { ACCESS, Bench } from '../../support/bench.ts';
import { orderText } from '../../support/order.ts';
import { NEVER } from '../../support/units.ts';
import { proofOf, tag } from './tag-family.ts';

const families = { ...FAMILIES, tag };
const read = (own: Readonly<Record<string, string>>, endpoint?: string) =>
  readWorkOrder(orderText({ family: 'tag', own, ...(endpoint === undefined ? {} : { endpoint }) }), {
    families,
  });

/** The tag itself: it hears commands behind its prefix, and remembers its record. `forgets`: not over a restart. */
function plugTag({ forgets = false } = {}) {
  const line = createMemoryLine('tag');
  let record: Buffer | undefined;
  let boot = randomBytes(8).toString('hex');
  let heard = '';
  line.onReceive((bytes) => {
    heard += Buffer.from(bytes).toString();
    for (let end = heard.indexOf('\n'); end >= 0; end = heard.indexOf('\n')) {
      const [command, argument = ''] = heard.slice(0, end).replace(/^tag-/, '').split(' ');
      heard = heard.slice(end + 1);
      if (command === 'set') record = Buffer.from(argument, 'hex');
      if (command === 'clear' || (command === 'boot' && forgets)) record = undefined;
      if (command === 'boot') boot = randomBytes(8).toString('hex');
      const held = record === undefined ? '-' : digestOf(record);
      const answer =
        command === 'prove' && record !== undefined
          ? proofOf(record, boot, argument)
          : `TAG1 ${boot} ${held}`;
      line.send(Buffer.from(`ok ${answer}\n`));
    }
  });
  return { line, record: () => record };
}

async function attempt(bench: Bench, unit: ReturnType<typeof plugTag>) {
  const result = read({ prefix: 'tag-' }, bench.cloud.url);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  const ledger = await bench.ledger();
  const operator = 'op-7';
  const station = await composeStation({ ...result, access: ACCESS, ledger, operator, onEvent: () => {} });
  const runner = station.slot(unit.line.slot);
  onTestFinished(() => runner.release());
  return runner.attempt({ waitMs: 2_000, admit: () => true }, NEVER);
}

describe('a family of its own', () => {
  it('takes a unit to PASS, and knows it when it comes back', async () => {
    await using bench = await Bench.open();
    const unit = plugTag();
    expect(await attempt(bench, unit)).toMatchObject({ kind: 'finished', finish: { outcome: 'PASS' } });
    expect(unit.record()).toBeDefined();
    unit.line.unplug();
    await unit.line.plug();
    expect(await attempt(bench, unit)).toMatchObject({ kind: 'already-done' });
  });

  it('never passes a unit that forgets its record in a restart', async () => {
    await using bench = await Bench.open();
    expect(await attempt(bench, plugTag({ forgets: true }))).toMatchObject({
      error: { code: 'UNIT_FORGOT_RECORD' },
    });
  });

  it('has its keys in orders, checked by itself, and no other family has them', () => {
    expect(read({ prefix: 'tag-' }).ok).toBe(true);
    expect(read({ prefix: '"a b"' })).toMatchObject({
      faults: [{ field: 'device.prefix', reason: { code: 'said', values: { words: 'must have no blank' } } }],
    });
    const smp = readWorkOrder(orderText({ own: { prefix: 'tag-' } }), { families });
    expect(smp).toMatchObject({ ok: false });
  });

  it('is small', () => {
    const lines = readFileSync(join(import.meta.dirname, 'tag-family.ts'), 'utf8').split('\n').length;
    expect(lines).toBeLessThan(150);
  });
});
