/**
 * The emulated cloud: a loopback HTTP server that verifies signatures and answers as the documents of OnsMqtt
 * 2020-04-20 say, with faults on request. For training, demonstrations and tests.
 * Must not: listen on anything but loopback, or follow our client where the documents say otherwise.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { EmulatedAccessKey } from './access-keys.ts';
import { ACTIONS, type ActionContext, type ActionName, type Answer, findAction } from './actions.ts';
import { ApiError } from './api-error.ts';
import type { CallEntry } from './call-log.ts';
import { CredentialStore, type Login, type StoredCredential } from './credential-store.ts';
import { FaultCounter } from './fault-counter.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';
import { doesCommit, replyTo } from './fault-reply.ts';
import { errorReply, write } from './http-answer.ts';
import { createRateLimit } from './rate-limit.ts';
import { parametersOf, receive, type SignedRequest } from './signed-request.ts';
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
  const verify = createVerifier({ accessKeys: options.accessKeys, now });
  const limitRate = createRateLimit(options.callsPerSecond, now);
  const calls: CallEntry[] = [];
  const closing = new AbortController();
  let faults = new FaultCounter({ plan: options.faults ?? [] });

  const record = (request: SignedRequest, result: string, committed: boolean, fault?: Fault) => {
    const parameters = safeParameters(request);
    const clientId = parameters.get('ClientId');
    const instanceId = parameters.get('InstanceId');
    const entry: CallEntry = {
      action: request.headers['x-acs-action'] ?? '',
      ...(clientId === undefined ? {} : { clientId }),
      ...(instanceId === undefined ? {} : { instanceId }),
      at: new Date(now()).toISOString(),
      result,
      committed,
      ...(fault === undefined ? {} : { fault: fault.kind }),
    };
    calls.push(entry);
    options.onCall?.(entry);
  };

  const execute = (action: ActionName, request: SignedRequest): Answer | ApiError => {
    try {
      return ACTIONS[action].run(parametersOf(request), context);
    } catch (thrown) {
      if (thrown instanceof ApiError) return thrown;
      throw thrown;
    }
  };

  const admit = (request: SignedRequest, address: string): ActionName => {
    verify(request);
    if (request.path !== '/') throw new ApiError('InvalidApi.NotFound');
    limitRate(address);
    return findAction(request.headers['x-acs-action'], request.headers['x-acs-version'], request.method);
  };

  const respond = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = incoming.headers.host ?? '';
    const request = await receive(incoming);
    let action: ActionName;
    try {
      action = admit(request, incoming.socket.remoteAddress ?? '');
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      record(request, thrown.code, false);
      write(response, errorReply(thrown, host), now());
      return;
    }
    const fault = faults.next(action);
    if (fault?.kind === 'delay') await wait(fault.ms, undefined, { signal: closing.signal });
    const commits = doesCommit(fault);
    const done = commits ? execute(action, request) : undefined;
    const committed = commits && !(done instanceof ApiError);
    const outcome = replyTo(done, fault, host);
    record(request, outcome.result, committed, fault);
    if (outcome.reply === 'stall') return;
    if (outcome.reply === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (options.latencyMs) await wait(options.latencyMs, undefined, { signal: closing.signal });
    write(response, outcome.reply, now());
  };

  const server = createServer((incoming, response) => {
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

function safeParameters(request: SignedRequest): ReadonlyMap<string, string> {
  try {
    return parametersOf(request);
  } catch {
    return new Map();
  }
}
