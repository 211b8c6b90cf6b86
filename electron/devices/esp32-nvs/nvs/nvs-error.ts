/**
 * Why an image cannot be made: a code for programs, a place and a reason for people. Must not: hold a value; keys and
 * namespaces are names, what they hold may be a secret.
 */
export type NvsErrorCode =
  /** The partition's size is no multiple of 4,096 bytes, or below three pages. */
  | 'bad-size'
  /** The entries need more pages than the partition has, with one kept blank. */
  | 'too-big'
  /** The image that is to be kept cannot be read. */
  | 'unreadable'
  /** The image is of version 1, and what is to be added needs version 2: the firmware there might not read it. */
  | 'old-version'
  /** A name, a type or a value is outside what the format or the official tool takes. */
  | 'bad-entry'
  /** A CSV file is not as the official tool takes it. */
  | 'bad-csv';

export interface NvsPlace {
  /** Line in the CSV file, from 1. */
  readonly line?: number;
  readonly namespace?: string;
  readonly key?: string;
}

export interface NvsEvidence extends NvsPlace {
  /** Of too-big: pages that the entries take, and pages that can be used. */
  readonly neededPages?: number;
  readonly availablePages?: number;
}

export class NvsError extends Error {
  readonly code: NvsErrorCode;
  readonly reason: string;
  readonly evidence: NvsEvidence;

  constructor(code: NvsErrorCode, reason: string, evidence: NvsEvidence = {}) {
    const { line, namespace, key } = evidence;
    const parts = [
      ...(line === undefined ? [] : [`line ${line}`]),
      ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
      ...(key === undefined ? [] : [`key ${key}`]),
      reason,
    ];
    super(parts.join(': '));
    this.name = 'NvsError';
    this.code = code;
    this.reason = reason;
    this.evidence = evidence;
  }
}
