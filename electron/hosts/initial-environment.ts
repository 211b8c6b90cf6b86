/**
 * Takes values out of the environment that this process was started with. On Linux every process of the same user can read
 * that memory in /proc/PID/environ for as long as we live, whatever was deleted from the environment since.
 * Must not: write over anything but those values where they still stand as they came, or fail where that cannot be done.
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';

/** Numbers of the fields in /proc/PID/stat, from 1 (proc(5)). */
const STATE = 3;
const ENV_START = 50;
const ENV_END = 51;

/** Once they have been deleted from `process.env`, nothing points to these places any more. */
export function blankInitialEnvironment(names: readonly string[]): void {
  if (process.platform !== 'linux') return;
  try {
    const { start, end } = environmentBlock();
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      const block = Buffer.alloc(end - start);
      if (readSync(memory, block, 0, block.length, start) !== block.length) return;
      for (const { from, length } of valuesOf(block, names)) {
        writeSync(memory, Buffer.alloc(length), 0, length, start + from);
      }
      block.fill(0);
    } finally {
      closeSync(memory);
    }
  } catch {
    // Some containers and hardened systems forbid it; docs/cloud-access.md says what stays readable then.
  }
}

function environmentBlock(): { start: number; end: number } {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  // The second field, the program's name in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const address = (field: number) => Number(fields[field - STATE]);
  const [start, end] = [address(ENV_START), address(ENV_END)];
  if (!Number.isSafeInteger(end) || !(start > 0 && end > start)) throw new Error('not told');
  return { start, end };
}

/** Where the values of `names` stand in a block of `NAME=value`, each ended by a zero. */
function valuesOf(block: Buffer, names: readonly string[]): { from: number; length: number }[] {
  const found: { from: number; length: number }[] = [];
  for (let at = 0; at < block.length; ) {
    const zero = block.indexOf(0, at);
    const end = zero === -1 ? block.length : zero;
    const name = names.find((each) => block.subarray(at, end).indexOf(`${each}=`) === 0);
    if (name !== undefined) {
      const from = at + Buffer.byteLength(name) + 1;
      if (end > from) found.push({ from, length: end - from });
    }
    at = end + 1;
  }
  return found;
}
