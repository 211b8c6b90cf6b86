/**
 * The ClientId template of a work order: what its fixed parts allow, and how a unit fills it.
 * Must not: shorten, pad or replace a character of what a unit contributes; it fits or it is refused.
 */
import { CLIENT_ID_MAX, type ClientId, type HardwareId, parseClientId } from './ids.ts';
import { type Reason, reason } from './reason.ts';

export interface ClientIdTemplate {
  readonly text: string;
  readonly groupId: string;
  readonly parts: readonly Part[];
}

type Part =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'hardwareId' }
  | { readonly kind: 'model' }
  | { readonly kind: 'sequence'; readonly digits: number };

/** What a unit and the ledger contribute to a ClientId. */
export interface ClientIdValues {
  readonly hardwareId: HardwareId;
  readonly model: string;
  /** The number allotted by the ledger; needed only where the template has `{sequence}`. */
  readonly sequence?: number;
}

export type TemplateResult =
  | { readonly ok: true; readonly template: ClientIdTemplate }
  | { readonly ok: false; readonly reason: Reason };

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Parses a template and checks its fixed parts. */
export function parseClientIdTemplate(text: string, groupId: string): TemplateResult {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > from) parts.push({ kind: 'fixed', text: text.slice(from, match.index) });
    const part = placeholder(match[1] ?? '', groupId);
    if ('code' in part) return { ok: false, reason: part };
    parts.push(part);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'fixed', text: text.slice(from) });
  const template = { text, groupId, parts };
  const refusal = fault(template);
  return refusal === undefined ? { ok: true, template } : { ok: false, reason: refusal };
}

function placeholder(name: string, groupId: string): Part | Reason {
  if (name === 'groupId') return { kind: 'fixed', text: groupId };
  if (name === 'hardwareId') return { kind: 'hardwareId' };
  if (name === 'model') return { kind: 'model' };
  if (name === 'serialNumber') return reason('client-id-scanner');
  const sequence = /^sequence(?::([1-9][0-9]?))?$/.exec(name);
  if (sequence) return { kind: 'sequence', digits: Number(sequence[1] ?? 1) };
  return reason('client-id-placeholder', { name: `{${name}}` });
}

function fault(template: ClientIdTemplate): Reason | undefined {
  const sample = (length: number) =>
    template.parts
      .map((part) =>
        part.kind === 'fixed' ? part.text : '0'.repeat(part.kind === 'sequence' ? part.digits : length),
      )
      .join('');
  const fixed = template.parts.map((part) => (part.kind === 'fixed' ? part.text : '')).join('');
  const foreign = /[^A-Za-z0-9_@-]/u.exec(fixed);
  if (foreign) return reason('client-id-character', { character: JSON.stringify(foreign[0]) });
  if (sample(1).length > CLIENT_ID_MAX) return reason('client-id-no-room', { max: CLIENT_ID_MAX });
  // The cloud keeps a device under the group of its ClientId: with another one it would not be the order's.
  const group = `${template.groupId}@@@`;
  if (!leadingText(template).startsWith(group)) return reason('client-id-group', { group });
  if (!/^GID[_-][A-Za-z0-9_-]{3,}@@@[A-Za-z0-9_-]+$/.test(sample(3))) {
    return reason('client-id-form');
  }
  return undefined;
}

/** What every ClientId of the template begins with. */
function leadingText({ parts }: ClientIdTemplate): string {
  const open = parts.findIndex(({ kind }) => kind !== 'fixed');
  const fixed = open === -1 ? parts : parts.slice(0, open);
  return fixed.map((part) => (part.kind === 'fixed' ? part.text : '')).join('');
}

/** Whether the template takes a number from the ledger. */
export function needsSequence(template: ClientIdTemplate): boolean {
  return template.parts.some((part) => part.kind === 'sequence');
}

/** Whether two units of the order can get different ClientIds at all. */
export function isDistinctPerUnit(template: ClientIdTemplate): boolean {
  return template.parts.some((part) => part.kind === 'hardwareId' || part.kind === 'sequence');
}

/** The ClientId of a unit, or undefined where what the unit contributes breaks the rule. */
export function fillClientId(template: ClientIdTemplate, values: ClientIdValues): ClientId | undefined {
  const text = template.parts.map((part) => fill(part, values)).join('');
  return parseClientId(text);
}

function fill(part: Part, values: ClientIdValues): string {
  switch (part.kind) {
    case 'fixed':
      return part.text;
    case 'hardwareId':
      return values.hardwareId;
    case 'model':
      return values.model;
    case 'sequence':
      return String(values.sequence ?? 0).padStart(part.digits, '0');
  }
}

/**
 * Whether `clientId` is one that this template gives this unit, whatever number it holds: so that a unit
 * that comes back keeps the number that it once got.
 */
export function couldBe(template: ClientIdTemplate, values: ClientIdValues, clientId: string): boolean {
  const pattern = template.parts
    .map((part) =>
      part.kind === 'sequence'
        ? `[0-9]{${part.digits},}`
        : fill(part, values).replace(
            /[^A-Za-z0-9]/g,
            (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
          ),
    )
    .join('');
  return new RegExp(`^${pattern}$`).test(clientId);
}
