/**
 * A whole device family, as small as one can be: an electronic tag that takes one line per command (`id`, `set HEX`, `prove
 * NONCE`, `clear`, `boot`) and gives one line per answer. Nothing of the station knows it but the table that a test hands in.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { recordPayload } from '../../../electron/devices/canonical-record.ts';
import { type FamilyEntry, FamilyRulesError } from '../../../electron/devices/family-entry.ts';
import { recordFields } from '../../../electron/devices/record-fields.ts';
import { StationError } from '../../../electron/domain/errors.ts';
import { parseDigest, parseHardwareId } from '../../../electron/domain/ids.ts';
import { reason } from '../../../electron/domain/reason.ts';
import type { DeviceSession, Link, UnitReport } from '../../../electron/station/ports.ts';

const ANSWER_MS = 1_000;

/** One key of its own, one rule about it, one way to make it. */
export const tag: FamilyEntry = {
  keys: { prefix: z.string('must be text').max(8).optional() },
  create(rules) {
    const prefix = String(rules.own?.prefix ?? '');
    if (prefix.includes(' '))
      throw new FamilyRulesError([
        { key: 'prefix', reason: reason('said', { words: 'must have no blank' }) },
      ]);
    return {
      name: 'tag',
      encode: (credential, hardwareId, order) =>
        recordPayload(recordFields(credential, order), credential.clientId, hardwareId),
      async connect(slot, options, signal) {
        const line = new TagLine(await slot.open(options.rules.baudRate, signal), prefix);
        return sessionOf(line, await line.identify(options.waitMs, signal));
      },
    };
  },
};

class TagLine {
  readonly #link: Link;
  readonly #prefix: string;
  readonly isGone: Promise<void>;
  #heard = '';
  #hear = () => {};

  constructor(link: Link, prefix: string) {
    this.#link = link;
    this.#prefix = prefix;
    this.isGone = new Promise((resolve) => link.onClose(() => resolve()));
    link.onData((bytes) => {
      this.#heard += Buffer.from(bytes).toString();
      this.#hear();
    });
  }

  /** The answer's words; rejects where none comes in time. */
  async ask(command: string, signal: AbortSignal, withinMs = ANSWER_MS): Promise<string[]> {
    this.#heard = '';
    await this.#link.write(Buffer.from(`${this.#prefix}${command}\n`));
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        this.#hear = () => {};
      };
      const fail = (why: StationError) => {
        end();
        reject(why);
      };
      const stop = () => fail(new StationError('RUN_ABORTED'));
      const timer = setTimeout(() => fail(new StationError('UNIT_STOPPED_ANSWERING')), withinMs);
      signal.addEventListener('abort', stop, { once: true });
      this.#hear = () => {
        const newline = this.#heard.indexOf('\n');
        if (newline < 0) return;
        end();
        resolve(this.#heard.slice(0, newline).split(' '));
      };
    });
  }

  /** `id HARDWARE BOOT DIGEST|-` */
  async identify(withinMs: number, signal: AbortSignal): Promise<UnitReport> {
    const [, id = '', boot = '', held = ''] = await this.ask('id', signal, Math.max(1, withinMs));
    const hardwareId = parseHardwareId(id);
    if (hardwareId === undefined) throw new StationError('UNIT_HARDWARE_ID_INVALID');
    const digest = parseDigest(held);
    return {
      hardwareId,
      model: 'tag',
      firmware: '1',
      capabilities: new Set(['prove', 'erase'] as const),
      boot,
      ...(digest === undefined ? { state: 'blank' } : { state: 'committed', digest }),
    };
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}

function sessionOf(line: TagLine, first: UnitReport): DeviceSession {
  let unit = first;
  const refresh = async (signal: AbortSignal) => {
    unit = await line.identify(ANSWER_MS, signal);
    return unit;
  };
  const after = async (command: string, signal: AbortSignal) => {
    await line.ask(command, signal);
    return refresh(signal);
  };
  return {
    get unit() {
      return unit;
    },
    refresh,
    async write(payload, onProgress, signal) {
      const { digest } = await after(`set ${Buffer.from(payload.bytes.reveal()).toString('hex')}`, signal);
      if (digest !== payload.digest) throw new StationError('DIGEST_WRONG');
      onProgress(1);
    },
    restart: (signal) => after('boot', signal),
    async prove(payload, notBoot, signal) {
      const nonce = randomBytes(16).toString('hex');
      const [, mac] = await line.ask(`prove ${nonce}`, signal);
      const isRight = mac === proofOf(payload.bytes.reveal(), unit.boot, nonce);
      if (!isRight || unit.boot === notBoot) throw new StationError('PROOF_WRONG');
    },
    lock: async () => unit,
    erase: (signal) => after('clear', signal),
    untilRemoved: (signal) => Promise.race([line.isGone, aborted(signal)]),
    close: () => line.close(),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

export function proofOf(record: Uint8Array, boot: string, nonce: string): string {
  return createHmac('sha256', record).update(`${boot} ${nonce}`).digest('hex');
}
