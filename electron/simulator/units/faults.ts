/**
 * What can go wrong with an emulated unit: a trainer and the tests inject it from here.
 * Must not: touch a unit by itself; it only says what is to happen, the unit does it.
 */
import type { FlashFate } from './flash.ts';
import type { Fields } from './provisioning-device.ts';
import type { Served } from './smp-server.ts';

/** What becomes of one request. */
export type Incident =
  /** As if it had never arrived. */
  | 'ignored'
  /** Carried out, but the reply is lost. */
  | 'reply-lost'
  | 'power-cut-before'
  /** Carried out, but power is gone before the reply. */
  | 'power-cut-after'
  | 'unplugged'
  /** Refused with this error number. */
  | { readonly rc: number }
  /** Failed by SMP itself with this number. */
  | { readonly smpError: number }
  | { readonly delayMs: number }
  | { readonly alter: (fields: Fields) => Fields };

export interface UnitFaults {
  /** Asked for each request; `nth` counts all requests of the unit's life from 1. */
  readonly onRequest?: (name: Served['name'], nth: number) => Incident | undefined;
  /** Asked for each operation of the flash, from 1. */
  readonly onFlash?: (operation: number) => FlashFate;
  /** Share of the replies, 0 to 1, before which a log line is printed. */
  readonly logBefore?: number;
  /** Share of the replies, 0 to 1, into which a log line is printed. */
  readonly logInside?: number;
  /** The cable is pulled when so many bytes have passed, both directions together. */
  readonly cutAtByte?: number;
  /** After a cut or a power cut all is well again after so many milliseconds; undefined: never. */
  readonly returnsAfterMs?: number;
  /** What comes back carries another name of the system. */
  readonly returnsRenamed?: boolean;
  /** The firmware is another one: it answers whatever it hears with this text. */
  readonly babble?: string;
}

/** The unit stops answering after so many requests. */
export function silentAfter(requests: number): UnitFaults {
  return { onRequest: (_name, nth) => (nth > requests ? 'ignored' : undefined) };
}

/** Power fails at the nth request, before or after it was carried out, and is back a moment later. */
export function powerCutAt(request: number, when: 'before' | 'after', returnsAfterMs = 50): UnitFaults {
  return {
    onRequest: (_name, nth) => (nth === request ? `power-cut-${when}` : undefined),
    returnsAfterMs,
  };
}

/** Power fails in the middle of the nth operation of the flash, and is back a moment later. */
export function powerCutAtFlash(operation: number, returnsAfterMs = 50): UnitFaults {
  return { onFlash: (nth) => (nth === operation ? 'power-cut' : 'works'), returnsAfterMs };
}

/** The cable is pulled after so many bytes; put back after a moment, or never. */
export function cutAt(byte: number, returnsAfterMs?: number): UnitFaults {
  return { cutAtByte: byte, ...(returnsAfterMs === undefined ? {} : { returnsAfterMs }) };
}

/** Refuses a command with an error number, the first `times` times. */
export function refuses(command: Served['name'], rc: number, times = Number.POSITIVE_INFINITY): UnitFaults {
  let left = times;
  return { onRequest: (name) => (name === command && left-- > 0 ? { rc } : undefined) };
}

/** The proof is not that of the record. */
export function wrongProof(): UnitFaults {
  const forge = (fields: Fields) => ({ ...fields, mac: new Uint8Array(32) });
  return { onRequest: (name) => (name === 'prove' ? { alter: forge } : undefined) };
}

/** Every write to the flash fails. */
export function brokenFlash(): UnitFaults {
  return { onFlash: () => 'fails' };
}
