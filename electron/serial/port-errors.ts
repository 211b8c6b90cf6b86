/**
 * What the system says when a port cannot be opened or breaks, as errors of ours: the one table. serialport's errors
 * carry no code, so that only the words remain; they are kept as evidence.
 * Must not: be asked about anything but serial ports.
 */
import { type ErrorCode, StationError } from '../domain/errors.ts';

/** First match wins. Windows says "Access denied" of a port in use; the others have words of their own for that. */
const WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/no such file or directory|file not found|no such device|device not configured/i, 'PORT_NOT_FOUND'],
  [/cannot lock port|resource temporarily unavailable|resource busy|opening .*access denied/i, 'PORT_BUSY'],
  [/permission denied|operation not permitted|access denied/i, 'PORT_DENIED'],
];

/** The error of an opening that failed. */
export function openError(name: string, thrown: unknown): StationError {
  const system = wordsOf(thrown);
  const code = WORDS.find(([words]) => words.test(system))?.[1] ?? 'PORT_FAILED';
  return new StationError(code, { port: name, system }, thrown);
}

/** The error of an open port that is gone. */
export function lostError(name: string, thrown: unknown): StationError {
  return new StationError('PORT_LOST', { port: name, system: wordsOf(thrown) }, thrown);
}

/** Why an opening was given up: the signal's own reason, or RUN_ABORTED. */
export function abortReason(signal: AbortSignal): StationError {
  return signal.reason instanceof StationError ? signal.reason : new StationError('RUN_ABORTED');
}

function wordsOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/^Error:?\s*/, '').slice(0, 200);
}
