/**
 * The device credentials of one instance of ApsaraMQ for MQTT (OnsMqtt 2020-04-20) as the station's
 * `CredentialRegistry`. Must not: decide anything that the recovery tables decide, keep a credential, or repeat a
 * call that changes something.
 */
import type { DeviceCredential } from '../domain/credential.ts';
import { StationError } from '../domain/errors.ts';
import type { ClientId } from '../domain/ids.ts';
import type { CloudTarget } from '../domain/work-order.ts';
import type { ChangeAnswer, CredentialRegistry } from '../station/ports.ts';
import { type AnswerBody, readClientIds, readCredential, readOnline } from './answers.ts';
import type { Backoff } from './backoff.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { type Attempt, createCalls } from './calls.ts';
import { parseEndpoint } from './endpoint.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { type CloudAccess, createOpenApiCall } from './openapi-call.ts';

export interface RegistryOptions {
  readonly target: CloudTarget;
  readonly access: CloudAccess;
  /** The station's one budget of calls; give the same to every registry of a station. */
  readonly limiter?: Limiter | undefined;
  readonly breaker?: Breaker | undefined;
  /** Milliseconds that one call is given. Default 10 s. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds that a call may wait for limiter and breaker. Default 20 s. */
  readonly holdMs?: number | undefined;
  /** For calls that only read: tries in all (default 4) and milliseconds for all of them (default 40 s). */
  readonly tries?: number | undefined;
  readonly budgetMs?: number | undefined;
  readonly backoff?: Backoff | undefined;
  /** 0 to 1; given by tests. */
  readonly random?: (() => number) | undefined;
}

/**
 * Throws CLOUD_NEEDS_HTTPS (clear text to a host that is not loopback), CLOUD_PARAMETER (not an address),
 * CLOUD_KEY_REJECTED or CLOUD_TOKEN_REJECTED (an access value that is empty or cannot be sent). Sends nothing.
 *
 * `get`, `list` and `isOnline` reject with the last failure, or at once with the signal's reason on abort. Aborted
 * while it is in flight, a change is `unknown` (CLOUD_TIMEOUT, `stopped`) at once; before, it is `not-done`.
 */
export function createCredentialRegistry(options: RegistryOptions): CredentialRegistry {
  const { target, access } = options;
  const { instanceId } = target;
  const calls = createCalls({
    call: createOpenApiCall({
      endpoint: parseEndpoint(target.endpoint),
      access,
      timeoutMs: options.timeoutMs ?? 10_000,
    }),
    limiter: options.limiter ?? createLimiter(),
    breaker: options.breaker ?? createBreaker(),
    holdMs: options.holdMs ?? 20_000,
    tries: options.tries ?? 4,
    budgetMs: options.budgetMs ?? 40_000,
    backoff: options.backoff ?? { firstMs: 400, longestMs: 5000 },
    random: options.random ?? Math.random,
  });

  const credentialQuery = (clientId: ClientId) => ({ ClientId: clientId, InstanceId: instanceId });
  const change = async (
    action: 'RegisterDeviceCredential' | 'RefreshDeviceCredential',
    clientId: ClientId,
    signal: AbortSignal,
  ) => {
    const attempt = await calls.once(action, credentialQuery(clientId), signal);
    const isRegister = action === 'RegisterDeviceCredential';
    if (isRegister && isRefusedWith(attempt, 'DeviceCredentialExsit')) return { kind: 'exists' } as const;
    return changeAnswer(attempt, (body) => readCredential(body, clientId, instanceId));
  };

  return {
    instanceId,
    get: async (clientId, signal) => {
      const attempt = await calls.repeated('GetDeviceCredential', credentialQuery(clientId), signal);
      if (isRefusedWith(attempt, 'DeviceCredentialNotFound')) return { kind: 'not-found' };
      return { kind: 'found', credential: readCredential(bodyOf(attempt), clientId, instanceId) };
    },
    register: async (clientId, signal) => {
      return await change('RegisterDeviceCredential', clientId, signal);
    },
    refresh: async (clientId, signal) => {
      return await change('RefreshDeviceCredential', clientId, signal);
    },
    unregister: async (clientId, signal) => {
      const attempt = await calls.once('UnRegisterDeviceCredential', credentialQuery(clientId), signal);
      if (isRefusedWith(attempt, 'DeviceCredentialNotFound')) return 'not-found';
      bodyOf(attempt);
      return 'done';
    },
    list: async (groupId, page, signal) => {
      const query = { InstanceId: instanceId, GroupId: groupId, PageNo: String(page), PageSize: '100' };
      return readClientIds(bodyOf(await calls.repeated('ListDeviceCredentialClientId', query, signal)));
    },
    isOnline: async (clientId, signal) => {
      const query = credentialQuery(clientId);
      return readOnline(bodyOf(await calls.repeated('QuerySessionByClientId', query, signal)));
    },
    serverTime: calls.serverTime,
    health: calls.health,
  };
}

/** Only a definite no counts: the same code behind a 5xx proves nothing. */
function isRefusedWith(attempt: Attempt, cloudCode: string): boolean {
  if (attempt.kind === 'answer') return false;
  return attempt.failure.disposition === 'refused' && attempt.failure.cloudCode === cloudCode;
}

function bodyOf(attempt: Attempt): AnswerBody {
  if (attempt.kind === 'failure') throw attempt.failure.error;
  return attempt.body;
}

function changeAnswer(attempt: Attempt, read: (body: AnswerBody) => DeviceCredential): ChangeAnswer {
  if (attempt.kind === 'failure') {
    const { disposition, error } = attempt.failure;
    return { kind: disposition, error };
  }
  try {
    return { kind: 'done', credential: read(attempt.body) };
  } catch (thrown) {
    // It was carried out, but on what or with what result only Get can tell.
    if (thrown instanceof StationError) return { kind: 'unknown', error: thrown };
    throw thrown;
  }
}
