/** Builds the command line before the tests that run it, where it is older than its sources. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export function setup(): void {
  const built = join(root, 'dist/cli.js');
  if (existsSync(built) && statSync(built).mtimeMs > newestSource()) return;
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'electron/build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
}

function newestSource(): number {
  const files = readdirSync(join(root, 'electron'), { recursive: true, encoding: 'utf8' });
  const times = files
    .filter((file) => /\.m?ts$/.test(file))
    .map((file) => statSync(join(root, 'electron', file)).mtimeMs);
  return Math.max(...times);
}
