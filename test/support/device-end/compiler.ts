/** Whether the device end in C can be built here. Must not: build it. */
import { spawnSync } from 'node:child_process';

export function hasCompiler(): boolean {
  return spawnSync('cc', ['--version']).status === 0 && spawnSync('make', ['--version']).status === 0;
}
