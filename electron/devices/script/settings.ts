/**
 * The settings of an order, as its profile declares them. A secret comes from the environment: the order is kept in the
 * ledger. Must not: put a secret's value into a fault.
 */
import { type Reason, reason } from '../../domain/reason.ts';
import { FamilyRulesError, type RulesFault } from '../family-entry.ts';
import type { Profile } from './profile-schema.ts';
import type { Value } from './template.ts';

const FROM_ENVIRONMENT = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

/** Throws FamilyRulesError with every fault. */
export function settingsOf(
  { settings: declared }: Profile,
  given: unknown,
  env: NodeJS.ProcessEnv,
): ReadonlyMap<string, Value> {
  const orders = (given ?? {}) as Readonly<Record<string, string>>;
  const faults: RulesFault[] = [];
  const fault = (why: Reason) => void faults.push({ key: 'settings', reason: why });
  for (const name of Object.keys(orders)) {
    if (!Object.hasOwn(declared, name)) fault(reason('setting-unknown', { name }));
  }
  const values = new Map<string, Value>();
  for (const [name, { default: usual, secret: isSecret }] of Object.entries(declared)) {
    const text = Object.hasOwn(orders, name) ? orders[name] : undefined;
    const variable = FROM_ENVIRONMENT.exec(text ?? '')?.[1];
    if (isSecret && text !== undefined && variable === undefined) {
      fault(reason('setting-secret', { name }));
      continue;
    }
    const value = variable === undefined ? (text ?? usual) : env[variable];
    // Whoever puts a value into the environment does not want to read it in a transcript.
    if (value !== undefined)
      values.set(name, { bytes: Buffer.from(value), isSecret: isSecret || variable !== undefined });
    else if (variable === undefined) fault(reason('setting-missing', { name }));
    else fault(reason('setting-environment', { name, variable }));
  }
  if (faults.length > 0) throw new FamilyRulesError(faults);
  return values;
}

/** What is known of the settings without an order: the defaults. */
export function usualSettings({ settings }: Profile): ReadonlyMap<string, Value> {
  return new Map(
    Object.entries(settings).flatMap(([name, { default: usual, secret: isSecret }]) => {
      return usual === undefined ? [] : [[name, { bytes: Buffer.from(usual), isSecret }] as const];
    }),
  );
}

/** Settings to try a profile with: the defaults, and a word or a number that stands for what an order must give. */
export function sampleSettings(profile: Profile): ReadonlyMap<string, Value> {
  const text = JSON.stringify(profile);
  const samples = Object.entries(profile.settings).map(([name, { secret: isSecret }]) => {
    const isNumber = new RegExp(`\\{\\{\\s*${name}\\s*\\|\\s*digits\\b`).test(text);
    return [name, { bytes: Buffer.from(isNumber ? '12345678' : `sample-${name}`), isSecret }] as const;
  });
  return new Map([...samples, ...usualSettings(profile)]);
}
