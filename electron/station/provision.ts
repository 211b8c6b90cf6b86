/**
 * The whole of what Keybench does to a unit, on one screen.
 *
 *   Detected ─identify→ Identified ─register→ Registered ─write→ Written ─verify→ Verified ─record→ SealedRecord
 *
 * Must not: know how a phase works, or what to do when one fails; that is the runner's.
 */
import { identify } from './phases/identify.ts';
import { record } from './phases/record.ts';
import { register } from './phases/register.ts';
import { verify } from './phases/verify.ts';
import { write } from './phases/write.ts';
import { inPhase, type PhaseLog } from './run-phase.ts';
import type { AlreadyDone, Detected, SealedRecord } from './stages.ts';

/** Takes one detected unit to its sealed record. Rejects with the StationError of the phase that failed. */
export async function provision(
  detected: Detected,
  log: PhaseLog,
  signal: AbortSignal,
): Promise<SealedRecord | AlreadyDone> {
  const identified = await inPhase('identify', identify, detected, log, signal);
  if (identified.kind === 'already-done') return identified;
  const registered = await inPhase('register', register, identified, log, signal);
  const written = await inPhase('write', write, registered, log, signal);
  const verified = await inPhase('verify', verify, written, log, signal);
  return inPhase('record', record(log), verified, log, signal);
}
