/**
 * A file that stands for an emulated unit's port where a system has no pseudo-terminals: it is there while the unit is plugged
 * in, and names the local socket (on Windows the named pipe) that carries the line's bytes.
 * Must not: name anything outside this computer.
 */

/** How such a file is recognised before it is there. */
const ENDING = '.keybench-line';

const MARK = 'keybench-line 1\n';

/** A named pipe of Windows, or an absolute path. */
const LOCAL = /^(?:\\\\\.\\pipe\\[\w.-]+|\/[^\n\0]+)$/;

/** The file that stands for the port of this name. */
export function lineFile(path: string): string {
  return `${path}${ENDING}`;
}

export function isLineFile(path: string): boolean {
  return path.toLowerCase().endsWith(ENDING);
}

/** What stands in it. */
export function lineFileText(address: string): string {
  return `${MARK}${address}\n`;
}

/** The address; undefined where the text is something else, as a file that is being written. */
export function lineAddress(text: string): string | undefined {
  if (!text.startsWith(MARK) || !text.endsWith('\n')) return undefined;
  const address = text.slice(MARK.length, -1);
  return LOCAL.test(address) ? address : undefined;
}
