/** Skips each test of the project `firmware`, so that it is seen and counted, where the device end in C cannot be built. */
import { beforeEach } from 'vitest';
import { hasCompiler } from './compiler.ts';

const canRun = hasCompiler();
beforeEach((context) => {
  if (!canRun) context.skip('no C compiler or make (Debian: apt-get install gcc make)');
});
