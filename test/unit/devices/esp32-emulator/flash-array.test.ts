import { expect, it } from 'vitest';
import {
  FlashArray,
  type FlashFate,
  OutOfFlash,
  PowerCut,
} from '../../../../electron/simulator/esp32/flash-array.ts';

const SECTOR = 0x1000;
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('is blank where nothing was written', () => {
  const flash = new FlashArray();
  expect(flash.size).toBe(0x40_0000);
  expect(hexOf(flash.read(0x3f_fffc, 4))).toBe('ffffffff');
});

it('only clears bits when it programs, and sets them when it erases', () => {
  const flash = new FlashArray();
  flash.programPage(0x9000, Uint8Array.of(0xf0, 0xf0));
  flash.programPage(0x9000, Uint8Array.of(0x3c, 0xff));
  expect(hexOf(flash.read(0x9000, 3))).toBe('30f0ff');
  flash.eraseSector(0x9123);
  expect(hexOf(flash.read(0x9000, 2))).toBe('ffff');
});

it('keeps the neighbours of a sector that is erased', () => {
  const flash = new FlashArray();
  flash.load(0x8fff, new Uint8Array(SECTOR + 2));
  flash.eraseSector(0x9000);
  expect(hexOf(flash.read(0x8ffe, 3))).toBe('ff00ff');
  expect(hexOf(flash.read(0x9fff, 3))).toBe('ff00ff');
});

it.each(['erase', 'program'] as const)('leaves half of an operation in which power fails: %s', (kind) => {
  const flash = new FlashArray();
  flash.load(0x9000, kind === 'erase' ? new Uint8Array(SECTOR) : new Uint8Array(SECTOR).fill(0xff));
  flash.fate = () => 'power-cut';
  const operate = () =>
    kind === 'erase' ? flash.eraseSector(0x9000) : flash.programPage(0x9000, new Uint8Array(256));
  expect(operate).toThrow(PowerCut);
  const length = kind === 'erase' ? SECTOR : 256;
  const done = flash.read(0x9000, length).findIndex((byte, _at, all) => byte !== all[0]);
  expect(done).toBe(length / 2);
});

it('has cells that do not take what they are given', () => {
  const flash = new FlashArray();
  flash.breakCell(0x9001, 0x81);
  flash.programPage(0x9000, Uint8Array.of(0xff, 0xff));
  expect(hexOf(flash.read(0x9000, 3))).toBe('ff7eff');
  flash.fate = (): FlashFate => 'ignored';
  flash.eraseSector(0x9000);
  flash.programPage(0x9000, Uint8Array.of(0));
  expect(hexOf(flash.read(0x9000, 1))).toBe('ff');
});

it('counts its operations and says which sectors they touched', () => {
  const flash = new FlashArray();
  flash.eraseSector(0xa000);
  flash.programPage(0x9100, Uint8Array.of(0));
  flash.programPage(0x9200, Uint8Array.of(0));
  expect(flash.log.map(({ nth, kind, address }) => [nth, kind, address])).toEqual([
    [1, 'erase', 0xa000],
    [2, 'program', 0x9100],
    [3, 'program', 0x9200],
  ]);
  expect(flash.touched()).toEqual([0x9000, 0xa000]);
});

it('has an end', () => {
  const flash = new FlashArray({ size: 0x1_0000 });
  expect(() => flash.read(0xffff, 2)).toThrow(OutOfFlash);
  expect(() => flash.eraseSector(0x1_0000)).toThrow(OutOfFlash);
});
