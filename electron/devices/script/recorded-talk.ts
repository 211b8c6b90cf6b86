/**
 * A recorded talk with a console, as text: `== sequence`, `> what the station sends`, `< what the console says`, `# a remark`.
 * Escapes stand for bytes, `{{…}}` for values, and `[*]` in a line that is sent for anything.
 * Must not: know a profile.
 */

import { Unfit } from './encoders.ts';
import { SEQUENCES, type SequenceName } from './profile-schema.ts';
import { parseTemplate, render, type Scope, type Template, TemplateFault, Unknown } from './template.ts';

export interface RecordedLine {
  /** In the file, from 1. */
  readonly number: number;
  readonly direction: 'sent' | 'received';
  readonly template: readonly (Template[number] | Raw)[];
}

/** A value as it is, which no line that is sent could hold; or as a terminal prints it, with CR before each LF. */
interface Raw {
  readonly raw: string;
  readonly isTerminal: boolean;
}

export interface RecordedSection {
  readonly sequence: SequenceName;
  readonly number: number;
  readonly lines: readonly RecordedLine[];
}

/** What cannot be read, with its line. */
export class RecordingFault extends Error {
  readonly line: number;

  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** Throws RecordingFault. */
export function parseRecording(text: string): RecordedSection[] {
  const sections: { sequence: SequenceName; number: number; lines: RecordedLine[] }[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const number = index + 1;
    if (line.trim() === '' || line.startsWith('#')) continue;
    const section = /^== *(\S+) *$/.exec(line)?.[1];
    if (section !== undefined) {
      if (!isSequence(section)) throw new RecordingFault(number, `${section} is no sequence`);
      sections.push({ sequence: section, number, lines: [] });
      continue;
    }
    const content = /^([<>])(?: (.*))?$/.exec(line);
    if (content === null) throw new RecordingFault(number, 'begins with none of ==, >, <, #');
    const last = sections.at(-1);
    if (last === undefined) throw new RecordingFault(number, 'stands before the first == sequence');
    const direction = content[1] === '>' ? 'sent' : 'received';
    last.lines.push({ number, direction, template: templateOf(content[2] ?? '', number) });
  }
  if (sections.length === 0) throw new RecordingFault(1, 'has no == sequence');
  return sections;
}

/** The bytes of a recorded line as text, one character each. Throws RecordingFault. */
export function textOf({ template, number }: RecordedLine, scope: Scope): string {
  try {
    return template.map((part) => partOf(part, scope)).join('');
  } catch (thrown) {
    if (thrown instanceof Unknown || thrown instanceof Unfit)
      throw new RecordingFault(number, thrown.message);
    throw thrown;
  }
}

function partOf(part: RecordedLine['template'][number], scope: Scope): string {
  if (typeof part === 'string' || !('raw' in part)) {
    return Buffer.from(render([part], scope, () => {}).bytes).toString('latin1');
  }
  const value = scope(part.raw);
  if (value === undefined) throw new Unknown(part.raw);
  const text = Buffer.from(value.bytes).toString('latin1');
  return part.isTerminal ? text.replaceAll('\n', '\r\n') : text;
}

/** Whether what was sent is what was recorded. */
export function isAsRecorded(sent: string, recorded: string): boolean {
  const [first = '', ...parts] = recorded.split('[*]');
  if (parts.length === 0) return sent === first;
  const last = parts.pop() ?? '';
  if (!sent.startsWith(first) || !sent.endsWith(last) || sent.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of parts) {
    const found = sent.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= sent.length - last.length;
}

function isSequence(name: string): name is SequenceName {
  return (SEQUENCES as readonly string[]).includes(name);
}

const RAW = /(\{\{[^{}|]+\|\s*(?:raw|tty)\s*\}\})/;

function templateOf(text: string, number: number): RecordedLine['template'] {
  try {
    return text.split(RAW).flatMap((piece): RecordedLine['template'] => {
      const raw = /^\{\{\s*([^|]*?)\s*\|\s*(raw|tty)\s*\}\}$/.exec(piece);
      if (raw !== null) return [{ raw: raw[1] ?? '', isTerminal: raw[2] === 'tty' }];
      return parseTemplate(piece).map((part) => (typeof part === 'string' ? unescaped(part, number) : part));
    });
  } catch (thrown) {
    if (thrown instanceof TemplateFault) throw new RecordingFault(number, thrown.message);
    throw thrown;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

function unescaped(text: string, number: number): string {
  return text.replace(/\\(x[0-9a-fA-F]{2}|.|$)/g, (_, code: string) => {
    if (code.startsWith('x')) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const character = ESCAPES[code];
    if (character === undefined) throw new RecordingFault(number, `\\${code} is no escape`);
    return character;
  });
}
