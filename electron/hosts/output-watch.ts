/**
 * Whether what a command prints arrives. Must not: end a command by itself; a unit that was begun is finished and journaled,
 * whoever has stopped reading.
 */
import { EXIT_LEDGER, EXIT_NOT_ALL_PASSED, EXIT_WELL } from './command-error.ts';

export interface OutputWatch {
  /** Aborts when something that was printed could not be written. */
  readonly lost: AbortSignal;
  /** Why; undefined where nothing was lost, or where the reader went away by itself, as `head` does. */
  readonly fault: Error | undefined;
  /** The exit status of a command that would have ended with `status`. */
  statusOf(status: number, command: string): number;
}

/** What writing to a pipe says whose reader is gone; the last two on Windows, and after the first. */
const READER_GONE: readonly (string | undefined)[] = ['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'];

export function watchOutput(stream: NodeJS.WritableStream): OutputWatch {
  const controller = new AbortController();
  let first: NodeJS.ErrnoException | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    first ??= error;
    controller.abort();
  });
  const isReaderGone = () => first !== undefined && READER_GONE.includes(first.code);
  return {
    lost: controller.signal,
    get fault() {
      return isReaderGone() ? undefined : first;
    },
    statusOf(status, command) {
      if (first === undefined) return status;
      if (!isReaderGone()) return EXIT_LEDGER;
      // Whoever reads a list may have enough of it; the outcomes of units are not to be missed.
      return command === 'run' && status === EXIT_WELL ? EXIT_NOT_ALL_PASSED : status;
    },
  };
}
