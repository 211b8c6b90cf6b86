/**
 * The keys, types and defaults of a work-order file. Unknown keys are refused: a misspelt rule must not be a rule
 * that silently does not hold. Messages are reasons, whose texts are the contract's. Must not: know units or ledgers.
 */
import { z } from 'zod';
import type { FamilyTable } from '../devices/families.ts';
import { isGroupId } from '../domain/ids.ts';
import { because } from '../domain/reason.ts';
import { EXISTING_RULES, PAYLOADS, VERIFICATIONS } from '../domain/work-order.ts';

const text = (max: number) =>
  z
    .string(because('text-in-quotes'))
    .min(1, because('empty'))
    .max(max, because('most-characters', { max }))
    .regex(/^[^\p{Cc}]*$/u, because('control-characters'));
const integer = (min: number, max: number) =>
  z
    .number(because('whole-number', { min, max }))
    .refine((n) => Number.isSafeInteger(n) && n >= min && n <= max, because('whole-number', { min, max }));
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, because('one-of', { values: values.join(', ') }));

const name = (max: number) => text(max).regex(/^[A-Za-z0-9._-]+$/, because('name-characters'));

const cloud = z.strictObject({
  region: name(64),
  instanceId: name(64),
  groupId: z.string(because('text')).refine(isGroupId, because('group-id')),
  endpoint: z
    .string(because('endpoint-form'))
    .superRefine((address, context) => {
      const reason = endpointFault(address);
      if (reason !== undefined) context.addIssue({ code: 'custom', message: reason });
    })
    .optional(),
});

const BOOT_SECONDS = { min: 1, max: 600 } as const;

/** Keys that every family has. */
const common = {
  baudRate: integer(300, 20_000_000).default(115_200),
  bootTimeout: z
    .number(because('seconds', BOOT_SECONDS))
    .min(BOOT_SECONDS.min, because('seconds', BOOT_SECONDS))
    .max(BOOT_SECONDS.max, because('seconds', BOOT_SECONDS))
    .default(15),
  model: text(64).optional(),
};

/** The `device:` part: the common keys and those of the family that it names. */
function deviceOf(families: FamilyTable) {
  const names = Object.keys(families);
  const [first, ...others] = names.map((family) =>
    z.strictObject({ family: z.literal(family), ...common, ...families[family]?.keys }),
  );
  if (first === undefined) throw new Error('there is no device family');
  return z.discriminatedUnion('family', [first, ...others], because('one-of', { values: names.join(', ') }));
}

export function workOrderSchema(families: FamilyTable) {
  return z.strictObject(
    {
      workOrder: text(64),
      product: text(64),
      quantity: integer(1, 10_000_000),
      cloud,
      broker: z.strictObject({ host: name(253), port: integer(1, 65_535).default(8883) }),
      clientId: text(200).default('{groupId}@@@{hardwareId}'),
      device: deviceOf(families),
      payload: oneOf(PAYLOADS).default('password'),
      verify: oneOf(VERIFICATIONS).default('proof'),
      existing: oneOf(EXISTING_RULES).default('reject'),
      lock: z.boolean(because('boolean')).default(false),
    },
    because('order-form'),
  );
}

export type WorkOrderFile = z.infer<ReturnType<typeof workOrderSchema>>;

/** Why an address may not be called, or undefined. The cloud itself would accept clear text; we do not. */
function endpointFault(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return because('endpoint-form');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return because('endpoint-scheme');
  if (url.username !== '' || url.password !== '') return because('endpoint-user');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return because('endpoint-path');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return because('endpoint-loopback');
  }
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
