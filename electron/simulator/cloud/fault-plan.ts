/**
 * What shall go wrong at which call. As a file (`keybench emulate-cloud --faults FILE`; for users: docs/cloud-access.md) a JSON
 * array, or an object with that array as `faults` and with `secondRegister`, `refuse` or `rotate`: what a Register of a ClientId
 * that has a credential does.
 *
 *   [ { "action": "RegisterDeviceCredential", "call": 1,       "fault": "stall-after-commit" },
 *     { "action": "GetDeviceCredential",      "call": "2-4",   "fault": { "kind": "error", "code": "Throttling.User" } },
 *     { "action": "QuerySessionByClientId",   "call": "every", "fault": { "kind": "delay", "ms": 300 } } ]
 *
 * `call` counts the properly signed calls of that action, from 1; of several entries that fit, the first counts.
 * A fault is a word, or an object with that word as `kind`:
 *   error               answers `code` with `status` (default: the documented one)
 *   throttle            answers Throttling.User
 *   delay               waits `ms`, then carries the call out and answers; also when the client has gone by then
 *   stall-before        never answers, nothing is carried out
 *   stall-after-commit  carries it out, never answers
 *   reset-before        resets the connection, nothing is carried out
 *   reset-after-commit  carries it out, resets the connection
 *   truncated-json      carries it out, the answer ends in the middle
 *   html-page           answers status 200 with a page, as a captive portal does
 *   html-502, empty-502 a gateway's 502
 * With `"commit": true` error, html-502 and empty-502 carry the call out before they answer.
 *
 * Must not: count on the reader being kind; every field is checked and named where it is wrong.
 */
import { ACTION_NAMES, type ActionContext, type ActionName } from './actions.ts';
import { lineOfJsonFault } from './json-fault.ts';

const PLAIN_KINDS = [
  'stall-before',
  'stall-after-commit',
  'reset-before',
  'reset-after-commit',
  'truncated-json',
  'html-page',
  'html-502',
  'empty-502',
  'throttle',
] as const;
type PlainFault = (typeof PLAIN_KINDS)[number];

export type Fault =
  | { readonly kind: PlainFault; readonly commit?: boolean }
  | { readonly kind: 'error'; readonly code: string; readonly status?: number; readonly commit?: boolean }
  | { readonly kind: 'delay'; readonly ms: number };

interface FaultEntry {
  readonly action: ActionName;
  /** Call numbers from 1, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly fault: Fault;
}

export type FaultPlan = readonly FaultEntry[];

/** Where in the file something is wrong: a line for what is not JSON, else a path such as `[2].fault.ms`. */
interface FaultPlanProblem {
  readonly line?: number;
  readonly path?: string;
  readonly reason: string;
}

/** The file's words for what a second Register does, with the emulator's own. */
const SECOND_REGISTER = { refuse: 'exists', rotate: 'rotates' } as const;
type SecondRegister = ActionContext['secondRegister'];

export type ParsedFaultPlan =
  | { readonly kind: 'plan'; readonly plan: FaultPlan; readonly secondRegister?: SecondRegister }
  | { readonly kind: 'problem'; readonly problem: FaultPlanProblem };

/** Never throws: a file that is wrong is an answer. */
export function parseFaultPlan(text: string): ParsedFaultPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: { line: lineOfJsonFault(text), reason: 'is not JSON' } };
  }
  try {
    return { kind: 'plan', ...readFile(value) };
  } catch (thrown) {
    if (!(thrown instanceof Wrong)) throw thrown;
    const { path, message: reason } = thrown;
    return { kind: 'problem', problem: path === '' ? { reason } : { path, reason } };
  }
}

class Wrong extends Error {
  readonly path: string;

  constructor(path: string, reason: string) {
    super(reason);
    this.path = path;
  }
}

function readFile(value: unknown): { plan: FaultPlan; secondRegister?: SecondRegister } {
  if (Array.isArray(value)) return { plan: readEntries(value, '') };
  const { faults, secondRegister } = fields(value, '', ['faults', 'secondRegister']);
  const plan = faults === undefined ? [] : readEntries(faults, 'faults');
  if (secondRegister === undefined) return { plan };
  if (secondRegister !== 'refuse' && secondRegister !== 'rotate') {
    throw new Wrong('secondRegister', 'must be refuse or rotate');
  }
  return { plan, secondRegister: SECOND_REGISTER[secondRegister] };
}

function readEntries(value: unknown, path: string): FaultPlan {
  if (!Array.isArray(value)) throw new Wrong(path, 'must be an array of faults');
  return value.map((entry, index) => readEntry(entry, `${path}[${index}]`));
}

function readEntry(value: unknown, path: string): FaultEntry {
  const entry = fields(value, path, ['action', 'call', 'fault']);
  const action = ACTION_NAMES.find((name) => name === entry.action);
  if (!action) throw new Wrong(`${path}.action`, `must be one of ${ACTION_NAMES.join(', ')}`);
  return { action, ...readCall(entry.call, `${path}.call`), fault: readFault(entry.fault, `${path}.fault`) };
}

function readCall(value: unknown, path: string): { from: number; to: number } {
  if (value === 'every') return { from: 1, to: Number.POSITIVE_INFINITY };
  const [, first, last] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(String(value)) ?? [];
  const from = Number(first ?? 0);
  const to = Number(last ?? first ?? 0);
  const isText = typeof value === 'string' || typeof value === 'number';
  if (!isText || from < 1 || to < from) throw new Wrong(path, 'must be a number from 1, "n-m" or "every"');
  return { from, to };
}

function readFault(value: unknown, path: string): Fault {
  if (typeof value === 'string') return readFault({ kind: value }, path);
  const { kind } = fields(value, path, ['kind', 'code', 'status', 'ms', 'commit']);
  if (kind === 'error') return readError(value, path);
  if (kind === 'delay') {
    const { ms } = fields(value, path, ['kind', 'ms']);
    return { kind, ms: wholeNumber(ms, `${path}.ms`, 0, 600_000) };
  }
  const plain = PLAIN_KINDS.find((name) => name === kind);
  if (!plain) throw new Wrong(path, `must be one of error, delay, ${PLAIN_KINDS.join(', ')}`);
  const mayCommit = plain === 'html-502' || plain === 'empty-502';
  const { commit } = fields(value, path, mayCommit ? ['kind', 'commit'] : ['kind']);
  return { kind: plain, ...readCommit(commit, path) };
}

function readError(value: unknown, path: string): Fault {
  const { code, status, commit } = fields(value, path, ['kind', 'code', 'status', 'commit']);
  if (typeof code !== 'string' || code === '') throw new Wrong(`${path}.code`, 'must be an error code');
  const given = status === undefined ? {} : { status: wholeNumber(status, `${path}.status`, 400, 599) };
  return { kind: 'error', code, ...given, ...readCommit(commit, path) };
}

function readCommit(value: unknown, path: string): { commit?: boolean } {
  if (value === undefined) return {};
  if (typeof value !== 'boolean') throw new Wrong(`${path}.commit`, 'must be true or false');
  return { commit: value };
}

function wholeNumber(value: unknown, path: string, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Wrong(path, `must be a whole number from ${min} to ${max}`);
}

function fields(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const what = path === '' ? 'must be an array of faults, or an object' : 'must be an object';
    throw new Wrong(path, `${what} with ${known.join(', ')}`);
  }
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new Wrong(path === '' ? stranger : `${path}.${stranger}`, `is not one of ${known.join(', ')}`);
  }
  return value as Readonly<Record<string, unknown>>;
}
