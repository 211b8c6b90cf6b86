/** Finds the fault that the next call of an action meets. Must not: count calls that were refused at the door. */
import type { ActionName } from './actions.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';

export class FaultCounter {
  readonly #plan: FaultPlan;
  readonly #calls = new Map<ActionName, number>();

  constructor({ plan }: { readonly plan: FaultPlan }) {
    this.#plan = plan;
  }

  /** Counts one call and returns its fault, if it is to meet one. */
  next(action: ActionName): Fault | undefined {
    const number = (this.#calls.get(action) ?? 0) + 1;
    this.#calls.set(action, number);
    return this.#plan.find((entry) => entry.action === action && number >= entry.from && number <= entry.to)
      ?.fault;
  }
}
