/**
 * Starts and supervises the station process for a host, and relays. When the process dies the host stays: what is under
 * way is answered STATION_AWAY, listeners are told, and a new process is started that carries the units on.
 * Must not: hold station logic, or start a second process while one is alive: the ledger has one writer.
 */
import type { ErrorPayload } from '../contract/api.ts';
import type { Push, Reply, Request } from '../contract/envelope.ts';
import type { AccessView } from '../contract/views.ts';
import { refuse } from './dispatcher.ts';
import type { PlainAccess, StationChild, StationOptions } from './station-channel.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** A station that lived so long starts again at once. */
const LIVED_MS = 30_000;
const STOP_WITHIN_MS = 6_000;

/** What every host offers to its renderers. */
export interface Backend {
  request(request: Request): Promise<Reply>;
  subscribe(listener: (push: Push) => void): () => void;
}

export class StationHost implements Backend {
  readonly #spawn: () => StationChild;
  readonly #listeners = new Set<(push: Push) => void>();
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #options: StationOptions;
  #child: StationChild | undefined;
  #isUp = false;
  #isClosing = false;
  #hasWorked = false;
  #nextId = 1;
  #pauseMs = FIRST_PAUSE_MS;

  constructor({ spawn, options }: { spawn: () => StationChild; options: StationOptions }) {
    this.#spawn = spawn;
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /**
   * Resolves when the station works; with the error where it cannot start at all, and then none is left running; it may
   * be tried again.
   */
  start(): Promise<ErrorPayload | undefined> {
    this.#isClosing = false;
    return new Promise((resolve) => this.#begin(resolve));
  }

  /** Answers with the station's reply, or STATION_AWAY. */
  request(request: Request): Promise<Reply> {
    const child = this.#child;
    if (child === undefined || !this.#isUp) return Promise.resolve(away(request.id));
    const own = this.#nextId++;
    return new Promise((resolve) => {
      this.#pending.set(own, (reply) => resolve({ ...reply, id: request.id }));
      child.send({ kind: 'request', request: { ...request, id: own } });
    });
  }

  subscribe(listener: (push: Push) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Another AccessKey from now on, also after a restart of the station. */
  setAccess(access: PlainAccess | undefined, view: AccessView): void {
    const { access: _before, ...rest } = this.#options;
    this.#options = { ...rest, accessView: view, ...(access === undefined ? {} : { access }) };
    this.#child?.send({ kind: 'access', view, ...(access === undefined ? {} : { access }) });
  }

  setTraining(view: NonNullable<StationOptions['training']>): void {
    this.#options = { ...this.#options, training: view };
    this.#child?.send({ kind: 'training', view });
  }

  get accessView(): AccessView {
    return this.#options.accessView;
  }

  /** Ends all runs in order; a station that does not end in time is killed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        child.kill();
        resolve();
      }, STOP_WITHIN_MS);
      child.onExit(() => {
        clearTimeout(late);
        resolve();
      });
      child.send({ kind: 'stop' });
    });
  }

  #begin(onFirst: (error: ErrorPayload | undefined) => void): void {
    const startedAt = performance.now();
    let failure: ErrorPayload | undefined;
    const child = this.#spawn();
    this.#child = child;
    child.onMessage((message) => {
      switch (message.kind) {
        case 'started':
          this.#isUp = true;
          this.#hasWorked = true;
          if (this.#options.access !== undefined) this.#forgetNamedOrder();
          onFirst(undefined);
          this.#tell({ push: 'station-back' });
          return;
        case 'order-taken':
          this.#forgetNamedOrder();
          return;
        case 'failed':
          failure = message.error;
          return;
        case 'reply':
          this.#pending.get(message.reply.id)?.(message.reply);
          this.#pending.delete(message.reply.id);
          return;
        case 'push':
          if (this.#isUp) this.#tell(message.push);
      }
    });
    child.onExit(() => {
      const wasUp = this.#isUp;
      this.#isUp = false;
      this.#child = undefined;
      for (const [id, answer] of this.#pending) answer(away(id));
      this.#pending.clear();
      if (wasUp) this.#tell({ push: 'station-away' });
      // One that never got to work will not the next time either: whoever waits for the start decides.
      if (!this.#hasWorked) {
        this.#isClosing = true;
        onFirst(
          failure ?? { code: 'BUG', evidence: { what: 'the station process ended before it had started' } },
        );
      }
      if (this.#isClosing) return;
      this.#pauseMs =
        performance.now() - startedAt > LIVED_MS
          ? FIRST_PAUSE_MS
          : Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
      setTimeout(() => {
        if (!this.#isClosing) this.#begin(onFirst);
      }, this.#pauseMs);
    });
    child.send({ kind: 'start', options: this.#options });
  }

  /** An order that was named at the start is opened once: a person may open another since, or close it. */
  #forgetNamedOrder(): void {
    const { order: _order, ...rest } = this.#options;
    this.#options = rest;
  }

  #tell(push: Push): void {
    for (const listener of this.#listeners) listener(push);
  }
}

function away(id: number): Reply {
  return refuse(id, { code: 'STATION_AWAY', evidence: {} });
}
