/** What a transcript shows of a whole run, and what it must not show. */
import { expect, it } from 'vitest';
import { powerCutAt } from '../../../electron/simulator/units/faults.ts';
import { connectTo, NEVER, payloadOf, SECRET, unitOnPty } from '../../support/units.ts';

/** The forms in which a value could be read out of a text: plain, hex, and base64 at each alignment. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(shift === 0 ? 0 : shift + 1, -4);
  });
  return [value, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...aligned];
}

it.each(['password', 'secret'] as const)(
  'a transcript shows the messages and no value of them (%s)',
  async (kind) => {
    const notes: string[] = [];
    const transcript = { note: (direction: string, text: string) => void notes.push(`${direction} ${text}`) };
    const { slot } = await unitOnPty({ chunk: 64, faults: powerCutAt(4, 'after'), bootLog: true });
    const session = await connectTo(slot, { transcript });
    const payload = payloadOf('AABBCCDDEEFF', kind);
    await session.write(payload, () => {}, NEVER);
    await session.restart(NEVER);
    await session.prove(payload, undefined, NEVER);
    await session.lock(NEVER);

    const text = notes.join('\n');
    for (const shown of [
      'hello',
      'begin',
      'put',
      'data=64 bytes',
      'commit',
      'reset',
      'prove',
      'lock',
      'off=64',
    ]) {
      expect(text).toContain(shown);
    }
    expect(text).toContain(`dig=${payload.digest}`);
    const record = Buffer.from(payload.bytes.reveal()).toString('latin1');
    for (const value of [SECRET, payload.possession.reveal(), record]) {
      for (const form of formsOf(value)) expect(text).not.toContain(form);
    }
    expect(text).not.toMatch(/mac|nonce|\bkey=|\bpw=/);
  },
);
