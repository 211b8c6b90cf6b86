/**
 * What the table of device families holds of each: the keys that it adds to an order's `device:`, and how it is made.
 * A family's folder exports one such entry; nothing else of the station knows the family.
 * Must not: talk to a device; that is what `create` gives.
 */
import type { ZodRawShape } from 'zod';
import type { PlaceInFile, Reason } from '../domain/reason.ts';
import type { DeviceRules, WorkOrder } from '../domain/work-order.ts';
import type { DeviceFamily } from '../station/ports.ts';

export interface FamilyEntry {
  /** Keys under `device:` that only this family knows, with their checks. Every other key is refused. */
  readonly keys: ZodRawShape;
  /**
   * The family under an order's rules. Files that the rules name are read here, once, so that a run never meets a file
   * that has changed or is wrong, and what the rest of the order asks for is checked as far as the family can tell. Throws
   * FamilyRulesError.
   */
  create(rules: DeviceRules, files: RuleFiles, order: WorkOrder): DeviceFamily;
}

/** Files that an order may name, looked for where the host says: beside the order, then in the user's own folder. */
export interface RuleFiles {
  /**
   * What the file named by `key` of the order's `device:` holds; undefined where there is none. Throws FamilyRulesError, with
   * key and file, where something of that name is there and cannot be read.
   */
  find(name: string, key: string): { readonly path: string; readonly text: string } | undefined;
}

/** The key under `device:`, and why; `file`: where, in a file that the key names. */
export interface RulesFault {
  readonly key: string;
  readonly reason: Reason;
  readonly file?: PlaceInFile;
}

/** What is wrong with an order's rules for its family. */
export class FamilyRulesError extends Error {
  readonly faults: readonly RulesFault[];

  constructor(faults: readonly RulesFault[]) {
    super(faults.map(({ key, reason }) => `${key}: ${reason.code}`).join('\n'));
    this.name = 'FamilyRulesError';
    this.faults = faults;
  }
}
