/**
 * A loader at work: frames in, requests served one after the other, replies out, and what the injected faults make of each.
 * One for each start of the chip in download mode. Must not: know how a request is carried out.
 */
import { PowerCut } from './flash-array.ts';
import type { Loader } from './loader.ts';
import type { Esp32Incident } from './options.ts';
import { type OperationName, type Request, readRequest, replyBytes } from './packet.ts';
import { SlipReader } from './slip.ts';

export interface LoaderSessionOptions {
  readonly loader: Loader;
  /** Whether the chip still is in the life in which this was made. */
  readonly isAlive: () => boolean;
  readonly sendFrame: (content: Uint8Array) => void;
  /** A request came; what is to become of it. */
  readonly onRequest: (name: OperationName) => Esp32Incident | undefined;
  readonly lose: (what: 'power' | 'cable') => void;
}

export class LoaderSession {
  /** Another one once the stub has started; undefined where the chip ran what is no code. */
  loader: Loader | undefined;
  readonly #options: LoaderSessionOptions;
  readonly #reader = new SlipReader();
  readonly #frames: Uint8Array[] = [];
  #isWorking = false;

  constructor(options: LoaderSessionOptions) {
    this.#options = options;
    this.loader = options.loader;
  }

  hear(bytes: Uint8Array): void {
    this.#frames.push(...this.#reader.take(bytes));
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    try {
      for (let frame = this.#frames.shift(); frame !== undefined; frame = this.#frames.shift()) {
        if (this.loader?.hear?.(frame) === true) continue;
        const request = readRequest(frame);
        if (request !== undefined) await this.#serve(request);
      }
    } finally {
      this.#isWorking = false;
    }
  }

  async #serve(request: Request): Promise<void> {
    const { isAlive, lose, onRequest } = this.#options;
    if (this.loader === undefined || !isAlive()) return;
    const incident = request.name === undefined ? undefined : onRequest(request.name);
    if (incident === 'ignored') return;
    if (incident === 'power-cut-before') return lose('power');
    if (incident === 'unplugged') return lose('cable');
    if (typeof incident === 'object' && 'delayMs' in incident) await sleep(incident.delayMs);
    if (!isAlive()) return;
    try {
      await this.#carryOut(this.loader, request, incident);
    } catch (thrown) {
      if (!(thrown instanceof PowerCut)) throw thrown;
      // Where the chip is in another life by now, the operation ended with the one before.
      if (isAlive()) lose('power');
    }
  }

  async #carryOut(loader: Loader, request: Request, incident: Esp32Incident | undefined): Promise<void> {
    const { isAlive, lose, sendFrame } = this.#options;
    const isRefused = typeof incident === 'object' && 'status' in incident;
    const served = await loader.serve(request);
    if (!isAlive()) return;
    if (incident === 'power-cut-after') return lose('power');
    for (const reply of served.replies) {
      const status = isRefused ? [...incident.status, ...reply.status.slice(2)] : reply.status;
      if (incident !== 'reply-lost') sendFrame(replyBytes({ ...reply, status }));
    }
    if (!isRefused) await served.afterwards?.();
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
