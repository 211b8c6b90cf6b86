/**
 * A unit's line within one process, without any port of the system: for tests that need none.
 * Must not: be quicker than a port in what matters: nothing arrives in the same turn in which it was sent.
 */
import { StationError } from '../../domain/errors.ts';
import type { Link, ModemSignals, SlotPort } from '../../station/ports.ts';
import type { UnitLine } from './unit-line.ts';

export interface MemoryLine extends UnitLine {
  /** The station's end. */
  readonly slot: SlotPort;
  /** Hears what the station does with the modem lines; until it is set the line has none. */
  onSignals(listener: (signals: ModemSignals) => void): void;
}

export function createMemoryLine(name: string): MemoryLine {
  let generation = 1;
  let isPlugged = true;
  let station: StationEnd | undefined;
  let toUnit: (bytes: Uint8Array) => void = () => {};
  let toLines: ((signals: ModemSignals) => void) | undefined;
  const locate = () => (isPlugged ? `${name}#${generation}` : undefined);

  function open(): Link {
    const port = locate();
    if (port === undefined) throw new StationError('PORT_NOT_FOUND', { port: name });
    if (station !== undefined) throw new StationError('PORT_BUSY', { port: name });
    const end = new StationEnd({
      port,
      send: (bytes) => setImmediate(() => isPlugged && toUnit(bytes)),
      signal: (signals) => {
        toLines?.(signals);
        return toLines !== undefined;
      },
      onClosed: () => {
        if (station === end) station = undefined;
      },
    });
    station = end;
    return end;
  }

  function unplug(): void {
    isPlugged = false;
    station?.lose();
    station = undefined;
  }

  return {
    slot: { name, locate: async () => locate(), open: async () => open() },
    send(bytes) {
      const end = station;
      const copy = Uint8Array.from(bytes);
      setImmediate(() => end?.receive(copy));
    },
    onReceive(listener) {
      toUnit = listener;
    },
    onSignals(listener) {
      toLines = listener;
    },
    unplug,
    async plug({ renamed = false } = {}) {
      if (isPlugged) unplug();
      if (renamed) generation++;
      isPlugged = true;
    },
    close: unplug,
  };
}

interface StationEndOptions {
  readonly port: string;
  readonly send: (bytes: Uint8Array) => void;
  readonly signal: (signals: ModemSignals) => boolean;
  readonly onClosed: () => void;
}

class StationEnd implements Link {
  readonly #options: StationEndOptions;
  #onData: (bytes: Uint8Array) => void = () => {};
  #onClose: (why: StationError | undefined) => void = () => {};
  #closed: { readonly why: StationError | undefined } | undefined;

  constructor(options: StationEndOptions) {
    this.#options = options;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed.why ?? this.#lost();
    this.#options.send(Uint8Array.from(bytes));
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (why: StationError | undefined) => void): void {
    this.#onClose = listener;
    if (this.#closed !== undefined) listener(this.#closed.why);
  }

  async setSignals(signals: ModemSignals): Promise<boolean> {
    if (this.#closed !== undefined) throw this.#closed.why ?? this.#lost();
    return this.#options.signal(signals);
  }

  /** A line without wires has every rate. */
  async setBaudRate(): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed.why ?? this.#lost();
  }

  async close(): Promise<void> {
    this.#end(undefined);
  }

  receive(bytes: Uint8Array): void {
    if (this.#closed === undefined) this.#onData(bytes);
  }

  lose(): void {
    this.#end(this.#lost());
  }

  #lost(): StationError {
    return new StationError('PORT_LOST', { port: this.#options.port });
  }

  #end(why: StationError | undefined): void {
    if (this.#closed !== undefined) return;
    this.#closed = { why };
    this.#options.onClosed();
    this.#onClose(why);
  }
}
