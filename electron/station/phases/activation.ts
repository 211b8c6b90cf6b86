/**
 * Activation: the unit itself logs in to the broker, and the cloud says so (QuerySessionByClientId, the exact way).
 * Offline before the restart and online after it, both bounded.
 * Must not: connect as the unit; two connections with one ClientId throw each other out.
 */
import { StationError } from '../../domain/errors.ts';
import { sleep } from '../deadline.ts';
import type { Written } from '../stages.ts';

/** A session that ends lingers at the broker for a moment; a new credential takes one to be accepted. */
const OFFLINE_WITHIN_MS = 10_000;
const ONLINE_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 500;

/** Rejects ALREADY_ONLINE where somebody is connected under this ClientId before the unit has restarted. */
export async function awaitOffline(written: Written, signal: AbortSignal): Promise<void> {
  if (!(await becomes(false, OFFLINE_WITHIN_MS, written, signal))) {
    throw new StationError('ALREADY_ONLINE', { clientId: written.clientId });
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
  { run, clientId }: Written,
  signal: AbortSignal,
): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (;;) {
    if ((await run.registry.isOnline(clientId, signal)) === online) return true;
    if (performance.now() >= until) return false;
    await sleep(ASK_EVERY_MS, signal);
  }
}
