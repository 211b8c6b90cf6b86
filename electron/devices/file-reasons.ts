/**
 * What a parser or a schema says against a file, as a reason with a text in each language. Must not: know what the file is for.
 */
import type { YAMLParseError, YAMLWarning } from 'yaml';
import type { z } from 'zod';
import { type Reason, reason, reasonIn } from '../domain/reason.ts';

/** What is wrong with the YAML itself. */
export function yamlReason({ code, message }: YAMLParseError | YAMLWarning): Reason {
  switch (code) {
    case 'DUPLICATE_KEY':
      return reason('yaml-twice');
    case 'TAB_AS_INDENT':
      return reason('yaml-tab');
    case 'TAG_RESOLVE_FAILED':
      return reason('yaml-tag', { tag: message.replace(/^Unresolved tag: (tag:yaml\.org,2002:)?/, '') });
    case 'BAD_INDENT':
      return reason(message.startsWith('Flow') ? 'yaml-unclosed' : 'yaml-indent');
    case 'MISSING_CHAR':
      return reason(message.startsWith('Implicit map keys') ? 'yaml-colon' : 'yaml-unclosed');
    default:
      return reason('yaml-other', { words: message.replace(/\s+/g, ' ') });
  }
}

/** Why a document that parses cannot be read out: its aliases. */
export function aliasReason(thrown: unknown, max: number): Reason {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  if (/alias count/.test(said)) return reason('aliases-most', { max });
  return /alias/i.test(said) ? reason('yaml-alias') : reason('yaml-other', { words: said });
}

/** The schema's own reason; else what the kind of the issue tells. */
export function schemaReason(issue: z.core.$ZodIssue): Reason {
  return reasonIn(issue.message) ?? kindReason(issue) ?? reason('said', { words: issue.message });
}

function kindReason(issue: z.core.$ZodIssue): Reason | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected];
    case 'invalid_value':
      return reason('one-of', { values: issue.values.map(String).join(', ') });
    case 'too_small':
      return least(issue.origin, Number(issue.minimum));
    case 'too_big':
      return most(issue.origin, Number(issue.maximum));
    default:
      return undefined;
  }
}

const TYPES: Readonly<Record<string, Reason>> = {
  string: reason('text'),
  number: reason('number'),
  int: reason('number'),
  boolean: reason('boolean'),
  object: reason('mapping'),
  record: reason('mapping'),
  array: reason('list'),
  tuple: reason('list'),
};

function least(origin: string, min: number): Reason | undefined {
  if (origin === 'string') return reason('empty');
  if (origin === 'array') return reason('list-least', { min });
  return reason('number-least', { min });
}

function most(origin: string, max: number): Reason | undefined {
  if (origin === 'string') return reason('most-characters', { max });
  if (origin === 'array') return reason('list-most', { max });
  return reason('number-most', { max });
}
