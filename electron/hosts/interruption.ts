/**
 * SIGINT, SIGTERM and SIGHUP of `keybench run` as one abort signal. The first thing that the command line loads: a signal that
 * comes while the rest is loading, or before the ledger is open, must not simply kill the process, which then could not say
 * `finished`. The other commands have nothing to bring to an end, or listen for themselves.
 * Must not: load anything, or wait longer than the last call for what hangs.
 */

/** Milliseconds from the first signal until the process ends whatever is still under way: five seconds are promised. */
const LAST_CALL_MS = 4_500;
/** Given to the last words; they are short. */
const LAST_WORDS_MS = 250;
/** An interruption's, by the command line's page. */
const STATUS = 1;

const controller = new AbortController();

export const interruption: {
  readonly signal: AbortSignal;
  /** What is still said where something hangs and the process ends all the same. */
  lastWords: () => Promise<void>;
} = { signal: controller.signal, lastWords: async () => undefined };

function interrupt(): void {
  if (controller.signal.aborted) return;
  controller.abort();
  setTimeout(() => {
    const end = () => process.exit(STATUS);
    setTimeout(end, LAST_WORDS_MS);
    interruption.lastWords().then(end, end);
  }, LAST_CALL_MS).unref();
}

if (process.argv[2] === 'run') {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
}
