/**
 * Validators of what comes in: the compiler refuses a command without one, or one that does not fit. Imported by hosts
 * only, so that no renderer carries the validation library.
 */
import { z } from 'zod';
import type { CommandInput, CommandName } from './api.ts';
import { TRAINING_FAULTS } from './views.ts';

const nothing = z.strictObject({});
const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u);
const slot = z.strictObject({ slotId: line(16) });
const file = z.strictObject({ fileName: line(260), text: z.string().max(200_000) });
const search = {
  text: line(200),
  filter: z.enum(['passed', 'all', 'in-doubt']),
  orderNumber: line(64).optional(),
};

export const inputSchemas: { readonly [K in CommandName]: z.ZodType<CommandInput<K>> } = {
  'station.snapshot': nothing,
  'station.rename': z.strictObject({ name: line(40).min(1) }),
  'operator.set': z.strictObject({ operator: line(40) }),
  'order.preview': file,
  'order.open': file,
  'order.close': nothing,
  'slot.details': slot,
  'slot.stop': slot,
  'slot.release': slot,
  'slot.provision-again': slot,
  'slot.set-aside': slot,
  'slot.take-back': slot,
  'records.search': exact(z.strictObject({ ...search, after: line(200).optional() })),
  'records.export': exact(z.strictObject({ ...search, format: z.enum(['csv', 'json']) })),
  'access.enter': exact(
    z.strictObject({
      accessKeyId: line(128).min(1),
      accessKeySecret: line(256).min(1),
      securityToken: line(4_096).optional(),
      keep: z.boolean(),
    }),
  ),
  'access.forget': nothing,
  'access.test': exact(z.strictObject({ instanceId: line(64).optional(), region: line(64).optional() })),
  'training.inject': exact(
    z.strictObject({ fault: z.enum(TRAINING_FAULTS), isActive: z.boolean(), slotId: line(16).optional() }),
  ),
};

/** An optional key that is there but undefined is the same as one that is not: JSON cannot tell them apart. */
function exact<T extends object>(
  schema: z.ZodType<T>,
): z.ZodType<{ [K in keyof T]: Exclude<T[K], undefined> }> {
  return schema as unknown as z.ZodType<{ [K in keyof T]: Exclude<T[K], undefined> }>;
}
