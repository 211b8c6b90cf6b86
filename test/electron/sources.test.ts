/** What the shell's sources must never say, whatever a review misses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/binary.ts';

const NEVER = [
  /openExternal/,
  /sandbox: false/,
  /contextIsolation: false/,
  /nodeIntegration\w*: true/,
  /webSecurity: false/,
  /allowRunningInsecureContent: true/,
  /webviewTag: true/,
  /experimentalFeatures/,
  /enableBlinkFeatures/,
  /setUsePlainTextEncryption/,
  /crashReporter/,
  /loadFile\(/,
  /file:\/\//,
  /https?:\/\//,
  /setProxy|bypassCSP|corsEnabled/,
];

describe('the shell’s sources', () => {
  const files = ['electron/main', 'electron/preload'].flatMap((dir) =>
    readdirSync(join(ROOT, dir))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => [`${dir}/${name}`, readFileSync(join(ROOT, dir, name), 'utf8')] as const),
  );

  it('loosen nothing, load from nowhere else and open nothing outside', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(
      files.flatMap(([name, text]) =>
        NEVER.filter((never) => never.test(text)).map((never) => `${name}: ${never}`),
      ),
    ).toEqual([]);
  });

  it('are the only ones that import electron', () => {
    const others = readdirSync(join(ROOT, 'electron'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/^(main|preload)\//.test(name))
      .filter((name) =>
        /from 'electron'|require\('electron'\)/.test(readFileSync(join(ROOT, 'electron', name), 'utf8')),
      );
    expect(others).toEqual([]);
  });
});
