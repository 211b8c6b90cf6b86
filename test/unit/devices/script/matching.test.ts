/** What is looked for is found where it is, whatever the chunks; and no pattern can take the time of others. */
import { describe, expect, it } from 'vitest';
import { AnsiStripper } from '../../../../electron/devices/script/ansi.ts';
import { noiseLine } from '../../../../electron/devices/script/ignoring.ts';
import {
  find,
  literal,
  type Matcher,
  PatternFault,
  pattern,
} from '../../../../electron/devices/script/matching.ts';
import { Search, type Sought } from '../../../../electron/devices/script/search.ts';

const expected = (matcher: Matcher, index = 0): Sought => ({ role: 'expected', index, matcher });

describe('a pattern', () => {
  it.each([
    ['(a)\\1', /escape/],
    ['(?=a)b', /Perl syntax/],
    ['(unclosed', /missing/],
    ['(x{1,30}){1,30}', /pattern-large/],
    ['(x{1,1000}){1,1000}', /pattern-large/],
    ['a*', /pattern-nothing/],
    ['é', /pattern-ascii/],
  ])('%s is refused', (source, reason) => {
    expect(() => pattern(source)).toThrow(PatternFault);
    expect(() => pattern(source)).toThrow(reason);
  });

  it('that could still grow is not taken before the line is at rest', () => {
    const version = pattern('fw=(?P<firmware>[0-9.]+)');
    expect(find(version, 'fw=1.2', 0, false)).toBeUndefined();
    expect(find(version, 'fw=1.2', 0, true)?.groups).toEqual({ firmware: '1.2' });
    expect(find(version, 'fw=1.23\r\n', 0, false)?.groups).toEqual({ firmware: '1.23' });
  });

  it('that ends with a certain character is taken at once', () => {
    expect(find(pattern('[$#] '), 'root# ', 0, false)).toMatchObject({ start: 4, end: 6 });
    expect(find(pattern('a+\\r\\n'), 'aa\r\n', 0, false)).toMatchObject({ start: 0, end: 4 });
  });

  it('finds ^ and $ at the borders of lines, not at those of what is looked at', () => {
    expect(find(pattern('^ERROR\r\n'), 'xERROR\r\n', 1, true)).toBeUndefined();
    expect(find(pattern('^ERROR\r\n'), 'x\nERROR\r\n', 0, true)).toMatchObject({ start: 2 });
    expect(find(pattern('x$'), 'x'.repeat(20_000), 0, true)?.end ?? 0).toBe(0);
  });
});

describe('a search', () => {
  const over = async (sought: readonly Sought[], text: string, chunk: number) => {
    const search = new Search(sought);
    for (let end = chunk; end < text.length + chunk; end += chunk) {
      const hit = await search.first({ text: text.slice(0, end), base: 0 }, 0, false);
      if (hit !== undefined) return hit;
    }
    return search.first({ text, base: 0 }, 0, true);
  };

  it('takes what comes first in the text, however it arrives', async () => {
    const sought = [expected(literal('OK\r\n'), 0), expected(literal('ERROR\r\n'), 1)];
    for (const chunk of [1, 3, 7, 100]) {
      expect(await over(sought, 'noise\r\nERROR\r\nOK\r\n', chunk)).toMatchObject({
        start: 7,
        sought: { index: 1 },
      });
    }
  });

  it('at one place prefers what was named first', async () => {
    const sought = [expected(pattern('ready;'), 0), expected(pattern('re[a-z]+;'), 1)];
    expect(await over(sought, 'ready;', 100)).toMatchObject({ sought: { index: 0 } });
  });

  it('finds what lies behind any amount of other text, in pieces', async () => {
    const text = `${'x'.repeat(60_000)}id=42;`;
    for (const chunk of [997, 4096, 65_536]) {
      const hit = await over([expected(pattern('id=(?P<n>[0-9]+);'))], text, chunk);
      expect(hit).toMatchObject({ start: 60_000, groups: { n: '42' } });
    }
  });
});

describe('noise lines', () => {
  it('are whole, or open until they end, and only at the start of a line', () => {
    expect(noiseLine('[log] a\r\n> ', 0, '[log] ', false)).toEqual({ kind: 'whole', start: 0, end: 9 });
    expect(noiseLine('> [log] a\r\n', 0, '[log] ', false)).toEqual({ kind: 'none' });
    expect(noiseLine('> [log] a\r\n', 2, '[log] ', false)).toEqual({ kind: 'whole', start: 2, end: 11 });
    expect(noiseLine('ok\r\n[log] prompt > ', 0, '[log] ', false)).toEqual({ kind: 'open', start: 4 });
    expect(noiseLine('ok\r\n[lo', 0, '[log] ', false)).toEqual({ kind: 'open', start: 4 });
    expect(noiseLine('ok\r\n[lo', 0, '[log] ', true)).toEqual({ kind: 'none' });
  });

  it('hide what they quote', async () => {
    const search = new Search([{ role: 'noise-line', begins: '[log] ' }, expected(literal('OK'))]);
    expect(await search.first({ text: '[log] got OK', base: 0 }, 0, true)).toBeUndefined();
    const hit = await search.first({ text: '[log] got OK\r\nOK', base: 0 }, 0, true);
    expect(hit).toMatchObject({ start: 0, end: 14, sought: { role: 'noise' } });
  });

  it('that never end are cut', () => {
    expect(noiseLine(`[log] ${'x'.repeat(5_000)}`, 0, '[log] ', false)).toMatchObject({ kind: 'whole' });
  });
});

describe('escape sequences', () => {
  it('are taken out wherever the input is cut', () => {
    const text = '\x1b[1;32muart:~$ \x1b[m\x1b]0;title\x07ok\x1b(B\x1b[K\r\n';
    for (let size = 1; size < text.length; size += 1) {
      const stripper = new AnsiStripper();
      let out = '';
      for (let at = 0; at < text.length; at += size) out += stripper.push(text.slice(at, at + size));
      expect(out).toBe('uart:~$ ok\r\n');
    }
  });

  it('that never end do not swallow the rest', () => {
    const stripper = new AnsiStripper();
    expect(stripper.push(`\x1b[${'0'.repeat(300)}`) + stripper.push('login: ')).toMatch(/login: $/);
  });
});
