/** A command that cannot be carried out, for a reason that is the command's own. Must not: be thrown inside a run. */
import type { ContractErrorCode } from '../contract/api.ts';
import type { Evidence } from '../domain/errors.ts';

export class CommandRefusal extends Error {
  readonly code: ContractErrorCode;
  readonly evidence: Evidence;

  constructor(code: ContractErrorCode, evidence: Evidence = {}) {
    super(code);
    this.code = code;
    this.evidence = evidence;
  }
}
