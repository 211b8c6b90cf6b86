/**
 * The emulated cloud: a loopback HTTP server that verifies signatures and answers as the documents of OnsMqtt
 * 2020-04-20 say, with faults on request. For training, demonstrations and tests.
 * Must not: listen on anything but loopback, or follow our client where the documents say otherwise.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { EmulatedAccessKey } from './access-keys.ts';
import type { ActionContext } from './actions.ts';
import type { CallEntry } from './call-log.ts';
import { createCloudService } from './cloud-service.ts';
import { CredentialStore, type Login, type StoredCredential } from './credential-store.ts';
import { FaultCounter } from './fault-counter.ts';
import type { FaultPlan } from './fault-plan.ts';
import { write } from './http-answer.ts';
import { createRateLimit } from './rate-limit.ts';
import { receive } from './signed-request.ts';
import { createVerifier } from './verify-signature.ts';

export interface EmulatedCloudOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly accessKeys: readonly EmulatedAccessKey[];
  /** What a second Register does; the documents say both. Default `exists`. */
  readonly secondRegister?: 'exists' | 'rotates';
  readonly faults?: FaultPlan;
  /** Milliseconds that the emulated cloud's clock is ahead of ours. */
  readonly clockOffsetMs?: number;
  /** Instances of the account. Default: any. */
  readonly instances?: readonly string[];
  /** Most credentials of one instance. Default: no limit. */
  readonly quota?: number;
  /** Milliseconds between a call's arrival and its answer. */
  readonly latencyMs?: number;
  /** Calls per second and address beyond which Throttling.User is answered. Default: no limit. */
  readonly callsPerSecond?: number;
  /** Milliseconds after which an idle connection is closed. Default 10 s, as reported of the gateway. */
  readonly idleCloseMs?: number;
  readonly onCall?: (entry: CallEntry) => void;
}

export interface EmulatedCloud {
  readonly port: number;
  /** What a work order names as `cloud.endpoint`. */
  readonly url: string;
  /** Every call so far, in the order in which they were decided. */
  readonly calls: readonly CallEntry[];
  /** Replaces the plan; counting starts anew. */
  setFaults(plan: FaultPlan): void;
  setClockOffset(ms: number): void;
  setOnline(clientId: string, online: boolean): void;
  /** See CredentialStore. For an emulated broker. */
  verifyLogin(login: Login): boolean;
  /** What is stored, secret included. For tests and the emulated broker. */
  credentialOf(instanceId: string, clientId: string): StoredCredential | undefined;
  close(): Promise<void>;
}

/** Resolves when it listens on 127.0.0.1; rejects where the port is taken. */
export async function createEmulatedCloud(options: EmulatedCloudOptions): Promise<EmulatedCloud> {
  let clockOffsetMs = options.clockOffsetMs ?? 0;
  const now = () => Date.now() + clockOffsetMs;
  const store = new CredentialStore({ now });
  const context: ActionContext = {
    store,
    secondRegister: options.secondRegister ?? 'exists',
    instances: options.instances,
    quota: options.quota ?? Number.POSITIVE_INFINITY,
  };
  const calls: CallEntry[] = [];
  const closing = new AbortController();
  let faults = new FaultCounter({ plan: options.faults ?? [] });

  const serve = createCloudService({
    context,
    verify: createVerifier({ accessKeys: options.accessKeys, now }),
    limitRate: createRateLimit(options.callsPerSecond, now),
    faults: () => faults,
    now,
    record: (entry) => {
      calls.push(entry);
      options.onCall?.(entry);
    },
  });

  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(incoming);
    const reply = await serve(request, incoming.socket.remoteAddress ?? '', closing.signal);
    if (reply === 'stall') return;
    if (reply === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (options.latencyMs) await wait(options.latencyMs, undefined, { signal: closing.signal });
    write(response, reply, now());
  };

  const server = createServer((incoming, response) => {
    // The client went away, sent too much, or we are closing: nobody is left to be told.
    respond(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = options.idleCloseMs ?? 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    calls,
    setFaults: (plan) => {
      faults = new FaultCounter({ plan });
    },
    setClockOffset: (ms) => {
      clockOffsetMs = ms;
    },
    setOnline: (clientId, online) => store.setOnline(clientId, online),
    verifyLogin: (login) => store.verifyLogin(login),
    credentialOf: (instanceId, clientId) => store.find(instanceId, clientId),
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
