/**
 * Waiting for the next unit of a slot: after an attempt the unit has to go, or another one to answer in its place;
 * then the port may be away for a while. Must not: take the same unit twice because it still sits there.
 */
import { asStationError, type ErrorCode, StationError } from '../domain/errors.ts';
import { deadline, sleep } from './deadline.ts';
import type { ConnectOptions, DeviceFamily, DeviceSession, SlotPort } from './ports.ts';

/** A port that has just come back may not be ready: its node appears before its permissions, and some hosts probe it. */
const SETTLING: readonly ErrorCode[] = [
  'PORT_NOT_FOUND',
  'PORT_BUSY',
  'PORT_DENIED',
  'PORT_FAILED',
  'PORT_LOST',
];
const LOOK_EVERY_MS = 200;

/** Resolves when the unit of `session` is gone or replaced; rejects NO_NEXT_UNIT after `ms` milliseconds. */
export async function awaitRemoval(session: DeviceSession, ms: number, signal: AbortSignal): Promise<void> {
  using bound = deadline(
    signal,
    ms,
    () => new StationError('NO_NEXT_UNIT', { seconds: Math.round(ms / 1000) }),
  );
  await session.untilRemoved(bound.signal);
  if (bound.signal.aborted) throw asStationError(bound.signal.reason);
}

/**
 * As `family.connect`, for a slot whose port may be away, or not ready, at first. When the time is over it rejects with
 * what the port last said, or UNIT_SILENT.
 */
export async function connectWhenBack(
  family: DeviceFamily,
  slot: SlotPort,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<DeviceSession> {
  const until = performance.now() + options.waitMs;
  let last: StationError | undefined;
  for (;;) {
    const waitMs = Math.max(0, until - performance.now());
    try {
      if ((await slot.locate()) !== undefined)
        return await family.connect(slot, { ...options, waitMs }, signal);
    } catch (thrown) {
      last = asStationError(thrown);
      if (!SETTLING.includes(last.code)) throw last;
    }
    if (performance.now() >= until) throw last ?? new StationError('UNIT_SILENT', { port: slot.name });
    await sleep(LOOK_EVERY_MS, signal);
  }
}
