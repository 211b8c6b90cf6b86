/**
 * What an order says of this family, under `device:`. Must not: know bytes or ports.
 */
import { z } from 'zod';
import { because } from '../../domain/reason.ts';
import type { DeviceRules } from '../../domain/work-order.ts';

/** Characters of a partition's label and of a namespace: both are fields of 16 bytes with a closing NUL. */
const NAME_MAX = 15;

/** `merge` keeps what else the partition holds; `replace` leaves our namespace alone in it. */
const CONTENTS = ['merge', 'replace'] as const;
export type Contents = (typeof CONTENTS)[number];

const name = z
  .string(because('text-in-quotes'))
  .min(1, because('empty'))
  .max(NAME_MAX, because('most-characters', { max: NAME_MAX }))
  .regex(/^[\x21-\x7e]+$/, because('printable-ascii'));

const schema = {
  partition: name.default('nvs'),
  namespace: name.default('keybench'),
  contents: z.enum(CONTENTS, because('one-of', { values: CONTENTS.join(', ') })).default('merge'),
};

export const ESP32_KEYS = schema;

export interface Esp32Rules {
  /** Label of the partition. */
  readonly partition: string;
  readonly namespace: string;
  readonly contents: Contents;
}

/** The family's own rules of an order, which were checked when it was read; what it leaves out has its default. */
export function esp32Rules(rules: DeviceRules): Esp32Rules {
  return z.object(schema).parse(rules.own ?? {});
}
