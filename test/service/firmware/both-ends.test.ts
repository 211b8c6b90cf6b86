/**
 * The emulated unit and the device end in C, asked the same: they answer byte for byte alike, but for the rows below,
 * each with the sentence of the protocol page (device-protocol, version 1) that decides, or leaves it open. Must not:
 * let a difference pass that is not a row; test/firmware/README.md tells the same rows to the firmware engineer.
 */
import { describe, expect, it } from 'vitest';
import { isSoak, newSeed, randomOf } from '../../support/campaign.ts';
import { type Ask, bothEnds, CHUNK, records } from '../../support/device-end/both-ends.ts';
import { HARDWARE_ID } from '../../support/units.ts';

const [one, two] = records as unknown as readonly [Recorded, Recorded];
type Recorded = (typeof records)[number];

const hello: Ask = { op: 0, command: 0, payload: {} };
const beginOf = ({ bytes, dig, tx }: Recorded, changes: object = {}): Ask => {
  const payload = { tx, hw: HARDWARE_ID, sv: 1, len: bytes.length, dig, ...changes };
  return { op: 2, command: 1, payload };
};
const putOf = ({ bytes, tx }: Recorded, off: number, length: number = CHUNK, changes: object = {}): Ask => {
  const data = Uint8Array.from(bytes.subarray(off, off + length));
  return { op: 2, command: 2, payload: { tx, off, data, ...changes } };
};
const commitOf = ({ tx }: Recorded): Ask => ({ op: 2, command: 3, payload: { tx } });
const lock: Ask = { op: 2, command: 6, payload: {} };
const reset: Ask = { op: 2, group: 0, command: 5, payload: {} };
const whole = [beginOf(one), putOf(one, 0), putOf(one, CHUNK), putOf(one, 2 * CHUNK), commitOf(one)];

interface Row {
  readonly name: string;
  /** The page's own words. */
  readonly page: string;
  /** What leads there; the last request is the one that is answered differently. */
  readonly asks: readonly Ask[];
  readonly emulator: string;
  readonly c: string;
}
const rc = (code: number) => `"rc":${code},`;
const ROWS: readonly Row[] = [
  {
    name: 'more data than `chunk`, of a tx that is not known',
    page: '“6 too large · 9 no record, or no such tx”: no order is given',
    asks: [putOf(one, 0, CHUNK + 1)],
    emulator: rc(6),
    c: rc(9),
  },
  {
    name: 'a put beyond the length that begin declared',
    page: '“4 wrong offset · 6 too large”: either describes it',
    asks: [beginOf(one, { len: 5 }), putOf(one, 0)],
    emulator: rc(4),
    c: rc(6),
  },
  {
    name: 'a put that starts below the offset reached and goes beyond it',
    page: '“a repeated put … that was done already answers as the first did”: half done is not said; the station asks again by begin',
    asks: [beginOf(one), putOf(one, 0, 30), putOf(one, 0)],
    emulator: rc(4),
    c: `"off":${CHUNK}`,
  },
  {
    name: 'begin of a record of no bytes',
    page: '`len: uint`, and “commit checks length and SHA-256”: a least length is not said',
    asks: [beginOf(one, { len: 0 })],
    emulator: '"off":0',
    c: rc(1),
  },
  {
    name: 'begin with the tx of the committed record, but another length or digest',
    page: '“same tx and same bytes get the same answer” and “With another tx while a record is committed: rc 3”: this is neither',
    asks: [...whole, beginOf(one, { len: 5 })],
    emulator: `"off":${one.bytes.length}`,
    c: rc(3),
  },
  {
    name: 'the offset after a restart, where bytes did not fill a unit of the flash',
    page: '“A repeated begin answers the offset reached so far”, and rule 1 “also after a reboot”: what was not in flash was not reached; the station goes on from `off`',
    asks: [beginOf(one), putOf(one, 0, 30), reset, beginOf(one)],
    emulator: '"off":30',
    c: '"off":24',
  },
];

/** A history out of what a station says, some of it spoilt. */
function* history(random: () => number, steps: number): Generator<Ask> {
  const pick = <T>(...of: readonly [T, ...T[]]): T => of[Math.floor(random() * of.length)] ?? of[0];
  let at = 0;
  for (let step = 0; step < steps; step++) {
    const record = pick(one, one, one, two);
    const isSpoilt = random() < 0.15;
    const kind = pick('hello', 'begin', 'put', 'put', 'put', 'commit', 'prove', 'readpub', 'rare', 'odd');
    if (kind === 'hello') yield hello;
    else if (kind === 'begin') {
      at = 0;
      yield beginOf(record, isSpoilt ? pick<object>(...SPOILT_BEGINS) : {});
    } else if (kind === 'put' && isSpoilt) {
      const off = pick(0, 1, 96, 192, 200, 300, 4000, 2 ** 33);
      yield putOf(record, off, pick(0, 30, CHUNK, CHUNK + 1), pick<object>({}, ...SPOILT_PUTS));
    } else if (kind === 'put') {
      yield putOf(record, at);
      at = Math.min(at + CHUNK, record.bytes.length);
    } else if (kind === 'commit') {
      yield isSpoilt
        ? { op: 2, command: 3, payload: pick<object>({}, { tx: new Uint8Array(3) }) }
        : commitOf(record);
    } else if (kind === 'prove') {
      yield { op: 0, command: 4, payload: { nonce: new Uint8Array(isSpoilt ? pick(0, 15, 33) : 16) } };
    } else if (kind === 'readpub') yield { op: 0, command: 5, payload: {} };
    else if (kind === 'rare') {
      at = 0;
      yield pick(reset, reset, { op: 2, command: 7, payload: {} }, lock);
    } else {
      const group = pick(0x4b42, 0x4b42, 0, 1);
      // Reset alone may restart them.
      const command = group === 0 ? 6 : pick(0, 1, 2, 3, 4, 5, 8, 200);
      yield { op: pick(0, 2, 1, 4), group, command, payload: pick<object>(...SPOILT_PAYLOADS) };
    }
  }
}
const SPOILT_BEGINS = [
  { hw: 'X' },
  { sv: 2 },
  { sv: 'x' },
  { len: 0 },
  { len: 5 },
  { len: 4000 },
  { len: -1 },
  { len: 2 ** 40 },
  { dig: new Uint8Array(32) },
  { dig: new Uint8Array(3) },
  { tx: new Uint8Array(15) },
  { hw: undefined },
  { unknown: [1, { a: 2 }] },
] as const;
const SPOILT_PUTS = [
  { data: 'text' },
  { data: new Uint8Array(30) },
  { off: -1 },
  { off: 1.5 },
  { tx: 'a' },
] as const;
const SPOILT_PAYLOADS = [
  Uint8Array.of(),
  Uint8Array.of(0xa0),
  Uint8Array.of(0x80),
  Uint8Array.of(0xa1),
  Uint8Array.of(0xff),
  Uint8Array.of(0xa0, 0xa0),
  Uint8Array.of(0xa1, 1, 2),
] as const;

describe('the two device ends', () => {
  it.each(ROWS)('differ in $name', async ({ asks, emulator, c, page }) => {
    const ends = await bothEnds();
    const answers: (readonly [string, string])[] = [];
    for (const ask of asks) answers.push(await ends.say(ask));
    const [ofEmulator, ofC] = answers.pop() ?? ['', ''];
    for (const [left, right] of answers) expect(right).toBe(left);
    expect(ofEmulator, page).toContain(emulator);
    expect(ofC, page).toContain(c);
  });

  it('answer alike in everything else', { timeout: isSoak ? 3_600_000 : 120_000 }, async () => {
    const seed = newSeed();
    let asked = 0;
    for (let nth = 0; nth < (isSoak ? 1_000 : 25); nth++) {
      const ends = await bothEnds();
      let hasRestarted = false;
      for (const ask of history(randomOf(seed + nth), 60)) {
        const [ofEmulator, ofC] = await ends.say(ask);
        asked++;
        hasRestarted ||= ask === reset;
        if (ofC === ofEmulator) continue;
        const isKnown = ROWS.some(({ asks, emulator, c }) => {
          return asks.at(-1)?.command === ask.command && ofEmulator.includes(emulator) && ofC.includes(c);
        });
        const note = `seed ${seed + nth}: ${JSON.stringify(ask)}: ${ofEmulator} / ${ofC}`;
        expect(isKnown || isOfARow(ask, ofEmulator, ofC, hasRestarted), note).toBe(true);
        // From here on they need not be in the same state.
        break;
      }
      ends.end();
    }
    expect(asked).toBeGreaterThan(25 * 5);
  });
});

const isMap = (payload: Uint8Array) =>
  payload.length > 0 && MAPS.includes(Buffer.from(payload).toString('hex'));
/** Those of the spoilt payloads that are maps all the same. */
const MAPS = ['a0', 'a10102'];

/** Bytes that the flash of the C program writes at once. */
const FLASH_UNIT = 8;

function offsetOf(answer: string): number | undefined {
  const found = /"off":(\d+)/.exec(answer)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** A row with other numbers in the answer than the row's own. */
function isOfARow(
  { command, payload }: Ask,
  ofEmulator: string,
  ofC: string,
  hasRestarted: boolean,
): boolean {
  if (ofEmulator.includes(rc(8)) && [1, 2, 3].includes(command)) return ofC.includes(rc(1));
  if (payload instanceof Uint8Array) return !isMap(payload) && ofC.includes(rc(1));
  if (command === 1 && (payload as { len?: unknown }).len === 0) return ofC.includes(rc(1));
  const [left, right] = [offsetOf(ofEmulator), offsetOf(ofC)];
  if (command === 1 && left !== undefined && right !== undefined) {
    return hasRestarted && right === left - (left % FLASH_UNIT);
  }
  if (command === 1 && left !== undefined) return ofC.includes(rc(3));
  return command === 2 && ofEmulator.includes(rc(4)) && right !== undefined;
}
