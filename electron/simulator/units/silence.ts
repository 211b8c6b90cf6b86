/**
 * Notices silence on a line. A UART's timer runs beside the bytes; ours shares a process with everything else, so that a
 * stall of the process must not pass for silence: it takes several turns of the timer, each of them on time.
 */
const TURNS = 4;
const TURN_MS = 50;

export class SilenceTimer {
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `onSilence` is called 200 ms after the last byte. */
  constructor({ onSilence }: { onSilence: () => void }) {
    this.#onSilence = onSilence;
  }

  /** A byte has passed. */
  heard(): void {
    this.stop();
    this.#wait(TURNS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(turns: number): void {
    this.#timer = setTimeout(() => (turns > 1 ? this.#wait(turns - 1) : this.#onSilence()), TURN_MS);
  }
}
