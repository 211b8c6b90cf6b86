/** CSV files as the official generator takes them, and refused with line and reason where it would lose or invent something. */
import { describe, expect, it } from 'vitest';
import { csvEntries } from '../../../../electron/devices/esp32-nvs/nvs/csv-entries.ts';
import { encodeNvs } from '../../../../electron/devices/esp32-nvs/nvs/encode-nvs.ts';
import { NvsError } from '../../../../electron/devices/esp32-nvs/nvs/nvs-error.ts';
import { entriesIn, readNvs } from '../../../../electron/devices/esp32-nvs/nvs/read-nvs.ts';
import { textOf } from '../../../../electron/devices/esp32-nvs/nvs/types.ts';

const FILES: Readonly<Record<string, string>> = {
  'a.txt': 'two\r\nlines',
  'n.txt': ' 12\n',
  'h.txt': 'c0DB\n',
};

function parse(text: string) {
  return csvEntries(Buffer.from(text), (path) => {
    const content = FILES[path];
    if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return Buffer.from(content);
  });
}

/** The rows below the header and one namespace. */
const table = (...rows: string[]) => ['key,type,encoding,value', 'ns,namespace,,', ...rows].join('\n');

function values(text: string) {
  const { namespaces, placeOf } = parse(text);
  const entries = entriesIn(readNvs(encodeNvs(namespaces, 0x6000, placeOf)), 'ns') ?? [];
  return entries.map(({ key, value }) => {
    if (!('data' in value)) return [key, value.type, value.value];
    return [key, value.type, textOf(value) ?? Buffer.from(value.data).toString('hex')];
  });
}

describe('a CSV file', () => {
  it('gives every encoding', () => {
    const rows = [
      'a,data,u8,255',
      'b,data,i8,-128',
      'c,data,U16,+65_535',
      'd,data,i64,-9223372036854775808',
      'e,data,u64,18446744073709551615',
      'f,data,string,',
      'g,data,hex2bin,C0dB',
      'h,data,base64,wNs=',
      'i,file,string,a.txt',
      'j,file,u8,n.txt',
      'k,file,hex2bin,h.txt',
      'l,file,binary,a.txt',
      'm,data,blob_fill(4;0xAB),x',
      'n,data,blob_sz_fill(3;0x00),xy',
    ];
    expect(values(table(...rows))).toEqual([
      ['a', 'u8', 255n],
      ['b', 'i8', -128n],
      ['c', 'u16', 65_535n],
      ['d', 'i64', -(2n ** 63n)],
      ['e', 'u64', 2n ** 64n - 1n],
      ['f', 'string', ''],
      ['g', 'blob', 'c0db'],
      ['h', 'blob', 'c0db'],
      ['i', 'string', 'two\r\nlines'],
      ['j', 'u8', 12n],
      ['k', 'blob', 'c0db'],
      ['l', 'blob', Buffer.from('two\r\nlines').toString('hex')],
      ['m', 'blob', '78ababab'],
      ['n', 'blob', '02000000787900'],
    ]);
  });

  it('is read as Python reads it: quotes, doubled quotes, line breaks in quotes, comments, empty lines, CRLF, a mark', () => {
    const text = [
      '\ufeff# a comment, with a "',
      'key,type,encoding,value',
      '',
      'ns,namespace',
      'a,data,string,"one, ""two""',
      'three"',
      '#b,data,string,gone',
      'c,data,string,in"the"middle',
      'd,data,string,"be"hind',
      'e,data,string, spaced ',
      'f,data,string,more,,',
    ].join('\r\n');
    expect(values(text)).toEqual([
      ['a', 'string', 'one, "two"\nthree'],
      ['c', 'string', 'in"the"middle'],
      ['d', 'string', 'behind'],
      ['e', 'string', ' spaced '],
      ['f', 'string', 'more'],
    ]);
  });

  it('may name its columns in another order', () => {
    expect(values('value,key,encoding,type\n,ns,,namespace\n7,a,u8,data')).toEqual([['a', 'u8', 7n]]);
  });

  it('may go on with an earlier namespace, and says that the official generator would not', () => {
    const contents = parse(
      table('a,data,u8,1', 'other,namespace,,', 'b,data,u8,2', 'ns,namespace,,', 'c,data,u8,3'),
    );
    const read = readNvs(encodeNvs(contents.namespaces, 0x3000));
    expect(read.items.map(({ namespace, key }) => [namespace, key])).toEqual([
      ['ns', 'a'],
      ['other', 'b'],
      ['ns', 'c'],
    ]);
    expect(read.namespaces).toHaveLength(2);
    expect(contents.notes).toEqual([
      'line 6: namespace ns goes on here; the official generator would put the keys below into other',
    ]);
  });

  it('gets what the official generator adds to keys of the Wi-Fi driver, and says so', () => {
    const contents = parse(
      table(
        'sta.ssid,data,string,net',
        'ap.ssid,data,string,IEEE',
        'ap.authmode,data,u8,3',
        'ap.passwd,data,string,password',
      ),
    );
    const entries = contents.namespaces[0]!.entries;
    expect(entries.map(({ key }) => key)).toEqual([
      'sta.ssid',
      'sta.apinfo',
      'sta.pmk',
      'sta.apsw',
      'ap.ssid',
      'ap.authmode',
      'ap.pmk_info',
      'ap.passwd',
    ]);
    // The example of IEEE 802.11, annex J.4: name "IEEE", pass phrase "password".
    const key = entries.find((entry) => entry.key === 'ap.pmk_info')!.value;
    expect('data' in key && Buffer.from(key.data).subarray(100).toString('hex')).toBe(
      'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e',
    );
    expect(contents.notes).toEqual([
      'line 3: sta.apinfo, sta.pmk, sta.apsw added to sta.ssid, as the official generator does',
      'line 6: ap.pmk_info added to ap.passwd, as the official generator does',
    ]);
  });

  it.each([
    ['no header', 'ns,namespace,,', /^line 1: the first row must name the columns/],
    ['nothing at all', '', /the first row must name the columns/],
    [
      'a key before any namespace',
      'key,type,encoding,value\na,data,u8,1',
      /^line 2: a namespace must come first/,
    ],
    ['a comma without quotes', table('a,data,string,canary,canary'), /^line 3: 5 columns instead of 4/],
    [
      'a row that ends too soon',
      table('a,data,string'),
      /^line 3: namespace ns: key a: the row ends before the value/,
    ],
    ['an unknown type', table('a,dat,u8,1'), /^line 3: .*type must be/],
    ['an unknown encoding', table('a,data,u9,canary'), /^line 3: .*encoding must be/],
    [
      'an encoding in capitals that the generator takes for another',
      table('a,data,STRING,canary'),
      /encoding must be/,
    ],
    ['a hexadecimal number', table('a,data,u8,0x10'), /^line 3: .*decimal/],
    ['a number out of range', table('', 'a,data,u8,256'), /^line 4: .*outside the range of u8/],
    ['an odd number of digits', table('a,data,hex2bin,abc'), /even number/],
    ['digits that are none', table('a,data,hex2bin,canary'), /hexadecimal digits only/],
    ['base64 without padding', table('a,data,base64,canary'), /padded/],
    ['binary in the row', table('a,data,binary,canary'), /type file/],
    ['a value longer than its blob', table('a,data,blob_fill(2;0x00),canary'), /longer/],
    ['a file that is not there', table('a,file,binary,canary.bin'), /^line 3: .*cannot be read \(ENOENT\)/],
    [
      'a string over 3,967 bytes',
      table(`a,data,string,${'canary'.repeat(662)}`),
      /^line 3: .*3972 bytes, at most 3967/,
    ],
    [
      'a value of several lines without quotes',
      table('key,data,string,canary', 'canary0123456789'),
      /^line 4: namespace ns: the type must be/,
    ],
    ['a short one', table('key,data,string,canary', 'canary=='), /^line 4: namespace ns: the type must be/],
    ['a key that is none', table('canary-canary-canary,data,u8,1'), /^line 3: .*1 to 15 characters/],
    ['a key that is none, and no number', table('canary-canary-canary,data,u8,x'), /^line 3: .*decimal/],
    ['a key twice', table('a,data,u8,1', 'a,data,u16,1'), /^line 4: .*twice/],
    ['a key of 16 characters', table('abcdefghijklmnop,data,u8,1'), /^line 3: .*1 to 15 characters/],
    [
      'a namespace of 16 characters',
      'key,type,encoding,value\nabcdefghijklmnop,namespace,,',
      /^line 2: .*1 to 15/,
    ],
    ['quotes that stay open', table('a,data,string,"canary', '', 'b,data,u8,1'), /^line 3: .*never closed/],
    ['a comment inside quotes', table('a,data,string,"canary', '#x"'), /^line 4: .*begin with #/],
    ['a Wi-Fi key from a file', table('sta.ssid,file,string,a.txt'), /^line 3: .*cannot come from a file/],
  ])('is refused for %s, with its line, without a value', (_, text, message) => {
    const failed = caught(() => {
      const { namespaces, placeOf } = parse(text);
      encodeNvs(namespaces, 0x6000, placeOf);
    });
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toContain('canary');
  });

  it('is refused where it is not UTF-8', () => {
    expect(() => csvEntries(Buffer.from('key,type\xff', 'latin1'), () => Buffer.alloc(0))).toThrow(
      /not UTF-8/,
    );
  });
});

function caught(work: () => unknown): NvsError {
  try {
    work();
  } catch (error) {
    if (error instanceof NvsError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
