/** Why a command could not start, with its exit status. Source of the statuses: the command line's page. */
export const EXIT_WELL = 0;
/** At least one attempt was neither PASS nor already done, or an interruption. */
export const EXIT_NOT_ALL_PASSED = 1;
/** The command line, a file or the environment is wrong; nothing was started. */
export const EXIT_USAGE = 2;
/** Ledger or disk unusable; nothing was started, or nothing could go on. */
export const EXIT_LEDGER = 3;

export class CommandError extends Error {
  readonly exitStatus: number;

  constructor(exitStatus: number, message: string) {
    super(message);
    this.exitStatus = exitStatus;
  }
}
