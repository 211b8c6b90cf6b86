/**
 * The auto-reset circuit of two transistors: EN is low while RTS is asserted and DTR is not, IO0 is low while DTR is asserted
 * and RTS is not. A capacitor lets EN rise late; IO0 is sampled when it has risen. Must not: know what the chip does with it.
 */
import type { ModemSignals } from '../../station/ports.ts';

export interface ResetCircuitOptions {
  /** Milliseconds from the end of the reset until EN is high. */
  readonly riseMs: number;
  readonly onHold: () => void;
  readonly onRelease: (strap: { readonly isDownload: boolean }) => void;
}

export class ResetCircuit {
  readonly #options: ResetCircuitOptions;
  #signals: ModemSignals = { dtr: false, rts: false };
  #isHeld = false;
  #rising: NodeJS.Timeout | undefined;

  constructor(options: ResetCircuitOptions) {
    this.#options = options;
  }

  get signals(): ModemSignals {
    return this.#signals;
  }

  set(signals: ModemSignals): void {
    this.#signals = { dtr: signals.dtr, rts: signals.rts };
    const isHeld = signals.rts && !signals.dtr;
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.stop();
    if (isHeld) this.#options.onHold();
    else this.#rise();
  }

  /** As when power comes: EN rises through the same capacitor, unless it is held. */
  powerOn(): void {
    this.stop();
    if (!this.#isHeld) this.#rise();
  }

  stop(): void {
    clearTimeout(this.#rising);
  }

  #rise(): void {
    this.#rising = setTimeout(() => {
      const { dtr, rts } = this.#signals;
      this.#options.onRelease({ isDownload: dtr && !rts });
    }, this.#options.riseMs);
  }
}
