/**
 * Activation: the unit itself logs in to the broker, and the cloud says so (QuerySessionByClientId, the exact way).
 * Offline before the unit has its record and online after its restart, both bounded.
 * Must not: connect as the unit; two connections with one ClientId throw each other out.
 */
import { StationError } from '../../domain/errors.ts';
import { sleep } from '../deadline.ts';
import type { Registered, Written } from '../stages.ts';

/** A session that ends lingers at the broker for a moment; a new credential takes one to be accepted. */
const OFFLINE_WITHIN_MS = 10_000;
const ONLINE_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 500;

/** Rejects ALREADY_ONLINE where somebody is connected under this ClientId although the unit does not hold it yet. */
export async function awaitOffline(registered: Registered, signal: AbortSignal): Promise<void> {
  if (!(await becomes(false, OFFLINE_WITHIN_MS, registered, signal))) {
    throw new StationError('ALREADY_ONLINE', { clientId: registered.clientId });
  }
}

/** Rejects NOT_ACTIVATED where the unit has not logged in in time. */
export async function awaitOnline(written: Written, signal: AbortSignal): Promise<void> {
  if (!(await becomes(true, ONLINE_WITHIN_MS, written, signal))) {
    throw new StationError('NOT_ACTIVATED', { clientId: written.clientId, seconds: ONLINE_WITHIN_MS / 1000 });
  }
}

async function becomes(
  online: boolean,
  withinMs: number,
  { run, clientId }: Registered,
  signal: AbortSignal,
): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if ((await run.registry.isOnline(clientId, signal)) === online) return true;
    if (performance.now() >= until) return false;
    await sleep(ASK_EVERY_MS, signal);
  }
}
