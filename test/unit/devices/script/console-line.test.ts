/** What a console says is kept as far as it can still matter, whatever it says. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { BUFFER_MAX, ConsoleLine } from '../../../../electron/devices/script/console-line.ts';
import { createMemoryLine } from '../../../../electron/simulator/units/memory-line.ts';
import type { Link } from '../../../../electron/station/ports.ts';

async function open() {
  const unit = createMemoryLine('slot-1');
  onTestFinished(() => unit.close());
  const link = await unit.slot.open(115_200, new AbortController().signal);
  const line = new ConsoleLine({ link, pace: {}, stripAnsi: false });
  const say = async (text: string) => {
    const heard = line.bytesHeard;
    unit.send(Buffer.from(text, 'latin1'));
    await expect.poll(() => line.bytesHeard).toBe(heard + text.length);
  };
  return { line, say };
}

describe('the buffer of a console that never stops', () => {
  it('holds 64 KB, and beyond that drops down to its newer half at once, so that few chunks cost a copy', async () => {
    const { line, say } = await open();
    await say('a'.repeat(BUFFER_MAX));
    await say('b');
    const kept = line.discard();
    expect(kept).toHaveLength(BUFFER_MAX / 2);
    expect(kept.endsWith('ab')).toBe(true);
  });

  it('still finds what was said last', async () => {
    const { line, say } = await open();
    await say('x'.repeat(3 * BUFFER_MAX));
    await say('login: ');
    const sought = [{ role: 'expected', index: 0, matcher: { kind: 'lit', text: 'login: ' } }] as const;
    const heard = await line.expect(sought, { timeoutMs: 5_000 }, new AbortController().signal);
    expect(heard.text).toBe('login: ');
  });
});

describe('a silence', () => {
  it('is none while the process stood still: what came meanwhile is read first', async () => {
    const never = new AbortController().signal;
    let hear = (_: Uint8Array): void => {};
    const link: Link = {
      write: () => Promise.resolve(),
      onData: (listener) => {
        hear = listener;
      },
      onClose: () => {},
      setSignals: () => Promise.resolve(false),
      setBaudRate: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const line = new ConsoleLine({ link, pace: {}, stripAnsi: false });
    // A stall that ends with a timer due and bytes unread: timers come first.
    setImmediate(() => {
      setImmediate(() => hear(Buffer.from('late')));
      const until = performance.now() + 120;
      while (performance.now() < until);
    });
    await line.quiet(60, 60_000, never);
    expect(line.bytesHeard).toBe(4);
  });
});
