/** Builds the device end in C before the tests that run it, where there is a compiler. */
import { spawnSync } from 'node:child_process';
import { hasCompiler } from './compiler.ts';
import { FIRMWARE } from './life.ts';

export function setup(): void {
  if (!hasCompiler()) return;
  const { status, stderr } = spawnSync('make', ['-s', '-C', FIRMWARE], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the device end in C does not build: ${stderr}`);
}
