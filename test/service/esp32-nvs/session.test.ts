/** The verbs of a session with a chip, one by one: waiting for it, changing it, proving it, and letting it go. */
import { describe, expect, it, vi } from 'vitest';
import { createEmulatedEsp32 } from '../../../electron/simulator/esp32/emulated-esp32.ts';
import { createMemoryLine } from '../../../electron/simulator/units/memory-line.ts';
import type { UnitLine } from '../../../electron/simulator/units/unit-line.ts';
import type { Link, SlotPort } from '../../../electron/station/ports.ts';
import { findSecret } from '../../support/canary.ts';
import { chipInMemory, MAC } from '../../support/esp32/chip.ts';
import { codeOf, NEVER, SECRET } from '../../support/units.ts';
import { macOf } from './chip-bench.ts';
import { connectTo, payloadOf, rulesOf, storedIn } from './chips.ts';

const running = (chip: { readonly mode: string }) => vi.waitFor(() => expect(chip.mode).toBe('application'));

/** As `slot`, on an adapter that has only the data lines. */
function withoutLines(slot: SlotPort): SlotPort {
  return {
    ...slot,
    async open(baudRate, signal): Promise<Link> {
      const link = await slot.open(baudRate, signal);
      return { ...link, setSignals: async () => false };
    },
  };
}

/** A person's hands on the buttons of a board: BOOT held or not, and reset. */
function press(chip: ReturnType<typeof chipInMemory>['chip'], { boot }: { readonly boot: boolean }): void {
  chip.setSignals({ dtr: false, rts: true });
  chip.setSignals({ dtr: boot, rts: false });
  setTimeout(() => chip.setSignals({ dtr: false, rts: false }), 20);
}

describe('a session', () => {
  it('without a lock to offer says so', async () => {
    const { slot } = chipInMemory();
    const session = await connectTo(slot);
    expect(session.unit.capabilities).toEqual(new Set(['prove', 'erase']));
    expect(await codeOf(session.lock(NEVER))).toBe('UNIT_LACKS_CAPABILITY');
  });

  it('refuses a proof from before the restart, and one of another record', async () => {
    const { chip, slot } = chipInMemory();
    const session = await connectTo(slot);
    const payload = payloadOf();
    expect(await codeOf(session.prove(payload, undefined, NEVER))).toBe('UNIT_FORGOT_RECORD');
    await session.write(payload, () => {}, NEVER);
    const { boot } = session.unit;
    await expect(session.prove(payload, boot, NEVER)).rejects.toMatchObject({
      code: 'PROOF_WRONG',
      evidence: { wrong: 'boot' },
    });
    await session.restart(NEVER);
    const other = payloadOf(MAC, 'password', 'DC.CCCCCCCCCCCCCCCCCCCCCC');
    await expect(session.prove(other, boot, NEVER)).rejects.toMatchObject({
      code: 'PROOF_WRONG',
      evidence: { wrong: 'pw' },
    });
    await session.prove(payload, boot, NEVER);
    await running(chip);
  });

  it('sees a byte that changed in the flash meanwhile', async () => {
    const { chip, slot } = chipInMemory();
    const session = await connectTo(slot);
    const payload = payloadOf();
    await session.write(payload, () => {}, NEVER);
    const { boot } = session.unit;
    await session.restart(NEVER);
    const at = Buffer.from(chip.flash.read(0x9000, 0x1000)).indexOf(String(storedIn(chip)?.pw));
    chip.flash.breakCell(0x9000 + at);
    // NVS drops a value whose checksum is wrong: the record is no longer whole.
    expect(await codeOf(session.prove(payload, boot, NEVER))).toBe('UNIT_FORGOT_RECORD');
  });

  it('erases its record, and may write another', async () => {
    const { chip, slot } = chipInMemory();
    const session = await connectTo(slot);
    await session.write(payloadOf(), () => {}, NEVER);
    expect(await session.erase(NEVER)).toMatchObject({ state: 'blank' });
    expect(storedIn(chip)).toBeUndefined();
    await session.write(payloadOf(MAC, 'secret'), () => {}, NEVER);
    expect(storedIn(chip)).toMatchObject({ key: SECRET });
  });

  it('is over at once when it is aborted, and lets the application run', async () => {
    const { chip, slot } = chipInMemory({
      faults: { onRequest: (name) => (name === 'MEM_DATA' ? 'ignored' : undefined) },
    });
    const abort = new AbortController();
    const connecting = codeOf(connectTo(slot, {}, abort.signal));
    await vi.waitFor(() => expect(chip.received).toContain('MEM_DATA'));
    abort.abort();
    expect(await connecting).toBe('RUN_ABORTED');
    await running(chip);
  });

  it('puts neither a value nor a piece of one into its transcript', async () => {
    for (const kind of ['password', 'secret'] as const) {
      const { slot } = chipInMemory();
      const lines: string[] = [];
      const transcript = {
        note: (direction: string, text: string) => void lines.push(`${direction} ${text}`),
      };
      const session = await connectTo(slot, { transcript });
      const payload = payloadOf(MAC, kind);
      await session.write(payload, () => {}, NEVER);
      const { boot } = session.unit;
      await session.restart(NEVER);
      await session.prove(payload, boot, NEVER);
      await session.close();
      const text = lines.join('\n');
      expect(lines.length).toBeGreaterThan(8);
      expect(text).toContain(`mac=${MAC}`);
      expect(findSecret(payload.possession.reveal(), 'transcript', text)).toEqual([]);
    }
  });
});

describe('a port without modem lines', () => {
  it('is worked with by hand: BOOT held for the loader, and pressed again for the proof', async () => {
    const { chip, slot } = chipInMemory();
    const notes: string[] = [];
    const transcript = { note: (_: string, text: string) => void notes.push(text) };
    setTimeout(() => press(chip, { boot: true }), 100);
    const session = await connectTo(withoutLines(slot), { transcript });
    expect(notes.join('\n')).toMatch(/no modem lines/);
    const payload = payloadOf();
    await session.write(payload, () => {}, NEVER);
    const { boot } = session.unit;
    const restarting = session.restart(NEVER);
    setTimeout(() => press(chip, { boot: true }), 300);
    expect((await restarting).boot).not.toBe(boot);
    await session.prove(payload, boot, NEVER);
  });

  it('where nobody presses reset is no restart', async () => {
    const { chip, slot } = chipInMemory();
    setTimeout(() => press(chip, { boot: true }), 100);
    const rules = rulesOf({ baudRate: 460_800, bootTimeoutMs: 1000 });
    const session = await connectTo(withoutLines(slot), { rules });
    expect(await codeOf(session.restart(NEVER))).toBe('UNIT_DID_NOT_REBOOT');
  });

  it('with a chip that runs its application is waited at, and then named', async () => {
    const { slot } = chipInMemory({ logEveryMs: 50 });
    expect(await codeOf(connectTo(withoutLines(slot), { waitMs: 1500 }))).toBe('UNIT_NOT_UNDERSTOOD');
  });
});

describe('a board whose IO0 is not wired', () => {
  it('starts its application each time, and is named', async () => {
    const { chip, slot } = chipInMemory();
    const unwired: SlotPort = {
      ...slot,
      async open(baudRate, signal): Promise<Link> {
        const link = await slot.open(baudRate, signal);
        const setSignals: Link['setSignals'] = ({ dtr, rts }) =>
          link.setSignals({ dtr: false, rts: rts && !dtr });
        return { ...link, setSignals };
      },
    };
    expect(await codeOf(connectTo(unwired, { waitMs: 60_000 }))).toBe('UNIT_NOT_IN_DOWNLOAD_MODE');
    await running(chip);
  });
});

describe('the wait for the next chip', () => {
  it('passes over the one whose attempt has just ended', async () => {
    const { chip, slot } = chipInMemory();
    expect(await codeOf(connectTo(slot, { otherThan: MAC as never, waitMs: 3000 }))).toBe('UNIT_SILENT');
    await running(chip);
    expect(await codeOf(connectTo(slot, { otherThan: macOf(9) as never }))).toBe('resolved');
  });

  it('ends when the cable is pulled, and does not disturb a running application', async () => {
    // Binary logs, with bytes in them that would open a loader's frame.
    const application = () => ['\xc0\x01\x08 binary \xc0\xdb\x00'];
    const { chip, slot } = chipInMemory({ logEveryMs: 100, application });
    const session = await connectTo(slot);
    const removed = session.untilRemoved(NEVER);
    await running(chip);
    const resets = chip.resets.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(chip.resets).toHaveLength(resets);
    expect(chip.mode).toBe('application');
    chip.unplug();
    await removed;
  });

  it('ends when it is told to', async () => {
    const { slot } = chipInMemory();
    const session = await connectTo(slot);
    const abort = new AbortController();
    const removed = session.untilRemoved(abort.signal);
    abort.abort();
    await removed;
  });

  it('ends when power came back and nobody says who is there', async () => {
    const { chip, slot } = chipInMemory();
    const session = await connectTo(slot);
    const removed = session.untilRemoved(NEVER);
    await running(chip);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    chip.faults = { hasNoAutoReset: true };
    chip.cutPower();
    chip.power();
    await removed;
  });

  it('on an adapter that stays plugged in ends when another chip is powered there, not when the same one is', async () => {
    const line = createMemoryLine('jig');
    const jig = jigOn(line);
    const [first, second] = [MAC, macOf(7)].map((mac, index) =>
      createEmulatedEsp32({ line: jig.place(index), mac, isPowered: index === 0 }),
    ) as [ReturnType<typeof createEmulatedEsp32>, ReturnType<typeof createEmulatedEsp32>];
    const slot = jig.slot(line.slot, [first, second]);
    const session = await connectTo(slot);
    let isOver = false;
    const removed = session.untilRemoved(NEVER).then(() => {
      isOver = true;
    });
    await running(first);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    first.cutPower();
    first.power();
    // It is asked who it is, and runs on.
    await vi.waitFor(() => expect(first.resets.at(-2)).toBe('download'), { timeout: 5000 });
    await vi.waitFor(() => expect(first.mode).toBe('application'), { timeout: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(isOver).toBe(false);
    first.cutPower();
    jig.put(1);
    second.power();
    await removed;
    first.close();
    second.close();
  });
});

/** An adapter with pogo pins: whichever chip lies in the jig has the line, and the modem lines. */
function jigOn(line: UnitLine) {
  let now = 0;
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  line.onReceive((bytes) => listeners[now]?.(bytes));
  return {
    put: (index: number) => {
      now = index;
    },
    place: (index: number): UnitLine => ({
      ...line,
      send: (bytes) => index === now && line.send(bytes),
      onReceive: (listener) => {
        listeners[index] = listener;
      },
    }),
    slot: (
      slot: SlotPort,
      chips: readonly { setSignals(signals: { dtr: boolean; rts: boolean }): void }[],
    ): SlotPort => ({
      ...slot,
      async open(baudRate, signal): Promise<Link> {
        const link = await slot.open(baudRate, signal);
        return {
          write: (bytes) => link.write(bytes),
          onData: (listener) => link.onData(listener),
          onClose: (listener) => link.onClose(listener),
          setBaudRate: (rate) => link.setBaudRate(rate),
          close: () => link.close(),
          async setSignals(signals) {
            chips[now]?.setSignals(signals);
            return true;
          },
        };
      },
    }),
  };
}
