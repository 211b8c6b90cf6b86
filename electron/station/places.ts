/**
 * The order's quantity as places: one for each unit that passed, one for each that is being worked on. Counted in
 * memory, from the ledger's count at the start, so that two units can never take the last place together.
 */
import { StationError } from '../domain/errors.ts';

export interface Place extends Disposable {
  /** The unit passed: the place stays taken. */
  keep(): void;
}

export class Places {
  readonly #quantity: number;
  #taken: number;

  constructor(quantity: number, alreadyPassed: number) {
    this.#quantity = quantity;
    this.#taken = alreadyPassed;
  }

  /** Takes a place, or throws ORDER_COMPLETE. Freed on disposal unless kept. */
  take(): Place {
    if (this.#taken >= this.#quantity) throw new StationError('ORDER_COMPLETE', { quantity: this.#quantity });
    this.#taken += 1;
    let open = true;
    return {
      keep() {
        open = false;
      },
      [Symbol.dispose]: () => {
        if (open) this.#taken -= 1;
        open = false;
      },
    };
  }
}
