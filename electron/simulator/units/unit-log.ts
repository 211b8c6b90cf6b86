/** Log output that shares the line with the protocol. Must not: contain a marker; firmware logs are text. */
import type { UnitFaults } from './faults.ts';

const LINES = [
  'wifi: scan done, 7 found',
  'heap: 182344 bytes free',
  'sensor: 23.4 C',
  'W (1234) i2c: retry',
];

export function logLine(text: string): Uint8Array {
  return Buffer.from(`[00:00:01.234] ${text}\r\n`, 'latin1');
}

/** The frame as it goes out when the log prints before it, or into it. */
export function noisy(
  frame: string,
  { logBefore = 0, logInside = 0 }: Pick<UnitFaults, 'logBefore' | 'logInside'>,
  random: () => number,
): Uint8Array {
  const pick = () => LINES[Math.floor(random() * LINES.length)] ?? '';
  const before = random() < logBefore ? `${pick()}${random() < 0.5 ? '\r\n' : ' '}` : '';
  const at = random() < logInside ? 1 + Math.floor(random() * (frame.length - 1)) : 0;
  const inside = at === 0 ? frame : `${frame.slice(0, at)}${pick()}\n${frame.slice(at)}`;
  return Buffer.from(before + inside, 'latin1');
}
