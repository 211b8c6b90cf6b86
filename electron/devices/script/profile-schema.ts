/**
 * The form of a profile: the closed vocabulary in which a process engineer describes a console, version by version.
 * Unknown keys are refused. `docs/profile.schema.json` is made from this.
 * Must not: check what needs two places of the file at once; that is `profile-checks.ts`.
 */
import { z } from 'zod';
import { because } from '../../domain/reason.ts';

export const FORMAT_VERSION = 1;
/** `heldDigest`: SHA-256 as the unit computed it; `heldContent`: the record; `held`: one value of it; `heldSha256`: one value's SHA-256. */
export const HELD_NAMES = ['heldDigest', 'heldContent', 'held', 'heldSha256'] as const;
/** Those that hold a secret. */
export const HELD_IN_CLEAR: readonly string[] = ['heldContent', 'held'];
export const FIELD_SOURCES = [
  'clientId',
  'deviceAccessKeyId',
  'instanceId',
  'brokerHost',
  'brokerPort',
  'username',
  'password',
  'secret',
  'possession',
] as const;
export const FAILURES = ['refused', 'storage', 'tooLarge', 'locked', 'login', 'busy'] as const;
export const DECODINGS = ['text', 'hex', 'base64', 'hexdump'] as const;

const whole = (min: number, max: number) =>
  z
    .int(because('whole-number', { min, max }))
    .min(min, because('whole-number', { min, max }))
    .max(max, because('whole-number', { min, max }));
const text = (max: number) => z.string(because('text')).min(1, because('empty')).max(max);
const template = z.string(because('text')).max(2_000);
const name = z.string(because('text')).regex(/^[a-z][A-Za-z0-9_]{0,31}$/, because('value-name'));
/** Its own message would print the line ends themselves. */
const EOL = because('line-end');
const milliseconds = whole(1, 120_000);

const pattern = {
  lit: text(500).optional().describe('This very text; may hold {{mark}} and {{name|encoder}}'),
  re: text(500).optional().describe('A pattern in RE2 syntax, over bytes; ^ and $ are line borders'),
};

const transform = z.strictObject(
  {
    decode: z.enum(DECODINGS).optional().describe('How the value is written in the text that was matched'),
    remove: text(8).optional().describe('Characters that are taken out, such as ":"'),
    case: z.enum(['upper', 'lower']).optional(),
  },
  because('transform-form'),
);

const alternative = z.strictObject(
  {
    ...pattern,
    portLost: z
      .literal(true, because('must-be-true'))
      .optional()
      .describe(
        'The port goes away; only for a unit that has no power but this cable’s. In the last step of restart',
      ),
    capture: z
      .record(name, transform)
      .optional()
      .describe('What is done to the groups of `re`, by group name'),
    takeBytes: z
      .strictObject({ count: z.union([name, whole(1, 16_384)]), as: name, ...transform.shape })
      .optional()
      .describe('Takes so many bytes after the match, whatever they are; count may be a group of `re`'),
    next: text(40).optional().describe('The step to go to, further down in the same list; or `end`'),
    fail: z.enum(FAILURES).optional().describe('The step has failed, in this way'),
  },
  because('expect-form'),
);

const expectation = z.union([alternative, z.strictObject({ anyOf: z.array(alternative).min(1).max(12) })]);

const reference = text(100).describe('A value, encoded or not: record, record|base64, value|hex');

const assertion = z.strictObject({
  equal: z.tuple([name, reference]).optional().describe('What was captured is this value, byte for byte'),
  sha256: z
    .tuple([name, reference])
    .optional()
    .describe('What was captured is the SHA-256 of this value: 64 hexadecimal digits, or (decoded) 32 bytes'),
});

const step = z.strictObject({
  id: text(40).regex(/^[a-z][A-Za-z0-9_-]*$/, because('step-id')),
  send: template.optional().describe('One line; the end of line is added'),
  eol: z.enum(['', '\r', '\n', '\r\n'], EOL).optional().describe('Another end of line than that of `link`'),
  payload: reference.optional().describe('Sent as it is, byte for byte, without an end of line'),
  quietMs: milliseconds
    .optional()
    .describe('Waits until nothing was received for so long; not for an answer'),
  expect: expectation.optional(),
  timeoutMs: milliseconds.optional().describe('For the whole step'),
  idleMs: milliseconds.optional().describe('The longest silence within the step'),
  idempotent: z.boolean().optional().describe('Sending it twice does no harm'),
  retries: whole(1, 10).optional().describe('Only where idempotent'),
  assert: z.array(assertion, because('assert-form')).min(1).max(10).optional(),
  redact: z
    .boolean(because('redact'))
    .optional()
    .describe('What is received here is in no transcript, only its length'),
});

const group = z.strictObject({
  each: z.enum(['field', 'chunk']),
  of: reference.optional().describe('chunk: what is cut'),
  size: whole(1, 4_096).optional().describe('chunk: most bytes of a piece'),
  steps: z.array(step).min(1).max(20),
});

const sequence = z
  .array(z.union([step, group]))
  .min(1)
  .max(60);

const link = z.strictObject({
  eol: z.enum(['\r', '\n', '\r\n'], EOL).default('\r\n'),
  maxLine: whole(16, 16_384).describe('Most bytes of a line that the console takes, end of line included'),
  txChunk: whole(1, 4_096).optional().describe('Bytes sent at once'),
  txDelayMs: whole(1, 1_000).optional().describe('Pause after each of them'),
  stripAnsi: z.boolean().default(false).describe('Escape sequences are taken out of what is received'),
  timeoutMs: milliseconds.default(3_000).describe('For steps that name none'),
  onOpen: z
    .strictObject({
      dtr: z.boolean().optional(),
      rts: z.boolean().optional(),
      settleMs: milliseconds
        .optional()
        .describe('After opening, waits for so long a silence, five times that at most'),
    })
    .default({}),
  watch: z
    .enum(['identify', 'port'])
    .default('identify')
    .describe('How a finished unit is noticed to be gone: by asking who is there, or only by its port'),
});

const setting = z.strictObject({
  default: z.string(because('text')).max(200).optional(),
  secret: z.boolean().default(false).describe('An order gives it as env:NAME'),
});

export const profileSchema = z.strictObject(
  {
    format: z.literal(FORMAT_VERSION, because('format-version', { version: FORMAT_VERSION })),
    profile: text(40).regex(/^[a-z0-9][a-z0-9-]*$/, because('profile-id')),
    version: whole(1, 1_000_000),
    about: text(500).optional(),
    link,
    model: text(64).optional().describe('The model of units that do not say it themselves'),
    settings: z.record(name, setting).default({}),
    record: z.strictObject({
      form: z
        .enum(['json', 'env', 'values'])
        .describe('One file as JSON or as KEY=value lines, or single values'),
      fields: z.record(text(64), z.enum(FIELD_SOURCES)),
      held: z
        .literal('unknown', because('held-form'))
        .optional()
        .describe('The unit cannot say what it holds, and no run under this profile can pass'),
    }),
    abort: z
      .array(z.strictObject({ ...pattern, fail: z.enum(FAILURES).default('refused') }))
      .max(20)
      .default([]),
    ignore: z
      .array(z.strictObject({ re: pattern.re, lineStarts: text(100).optional() }))
      .max(20)
      .default([]),
    prepare: sequence.optional().describe('Before the unit is asked who it is: log in, echo off'),
    identify: sequence.describe('Who the unit is and what it holds'),
    erase: sequence.optional(),
    write: sequence,
    restart: sequence,
    verify: sequence.optional().describe('After the restart; without it a run ends written, unverified'),
    leave: sequence.optional().describe('When the station is done with the unit: log out'),
  },
  because('profile-form'),
);

export const SEQUENCES = ['prepare', 'identify', 'erase', 'write', 'restart', 'verify', 'leave'] as const;
export type SequenceName = (typeof SEQUENCES)[number];
export type Profile = z.infer<typeof profileSchema>;
export type Sequence = z.infer<typeof sequence>;
export type Step = z.infer<typeof step>;
export type Group = z.infer<typeof group>;
export type Alternative = z.infer<typeof alternative>;
export type Assertion = z.infer<typeof assertion>;
export type Transform = z.infer<typeof transform>;
export type Failure = (typeof FAILURES)[number];
