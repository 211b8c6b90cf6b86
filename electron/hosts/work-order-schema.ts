/**
 * The keys, types and defaults of a work-order file. Unknown keys are refused: a misspelt rule must not be a rule
 * that silently does not hold. Must not: know units or ledgers.
 */
import { z } from 'zod';
import type { FamilyTable } from '../devices/families.ts';
import { isGroupId } from '../domain/ids.ts';
import { EXISTING_RULES, PAYLOADS, VERIFICATIONS } from '../domain/work-order.ts';

const text = (max: number) =>
  z
    .string('must be text (put it in quotes if it looks like a number)')
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .regex(/^[^\p{Cc}]*$/u, 'must not contain control characters');
const integer = (min: number, max: number) =>
  z
    .number(`must be a whole number from ${min} to ${max}`)
    .refine(
      (n) => Number.isSafeInteger(n) && n >= min && n <= max,
      `must be a whole number from ${min} to ${max}`,
    );
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `must be one of: ${values.join(', ')}`);

const name = (max: number) => text(max).regex(/^[A-Za-z0-9._-]+$/, 'may have letters, digits, . _ - only');

const cloud = z.strictObject({
  region: name(64),
  instanceId: name(64),
  groupId: z
    .string('must be text')
    .refine(isGroupId, 'must be 7 to 64 characters of [A-Za-z0-9_-] and start with GID_ or GID-'),
  endpoint: z
    .string('must be an address')
    .superRefine((address, context) => {
      const reason = endpointFault(address);
      if (reason !== undefined) context.addIssue({ code: 'custom', message: reason });
    })
    .optional(),
});

/** Keys that every family has. */
const common = {
  baudRate: integer(300, 20_000_000).default(115_200),
  bootTimeout: z
    .number('must be a number of seconds')
    .min(1, 'must be at least 1 second')
    .max(600, 'must be at most 600 seconds')
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
  return z.discriminatedUnion('family', [first, ...others], `must be one of: ${names.join(', ')}`);
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
      lock: z.boolean('must be true or false').default(false),
    },
    'must be a work order: a mapping with workOrder, product, quantity, cloud, broker, device',
  );
}

export type WorkOrderFile = z.infer<ReturnType<typeof workOrderSchema>>;

/** Why an address may not be called, or undefined. The cloud itself would accept clear text; we do not. */
function endpointFault(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) return 'must be an address such as https://onsmqtt.cn-hangzhou.aliyuncs.com';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must start with https://';
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return 'must be host and port only, without a path';
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return 'must start with https://; plain http is accepted for loopback addresses only';
  }
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
