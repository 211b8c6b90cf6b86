/**
 * Builds the command line (which is also the station process) to dist/cli.js, CommonJS, everything bundled but
 * what carries native code. Must not: bundle serialport, SQLite or the pseudo-terminal package.
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
const native = ['electron', 'serialport', '@photostructure/sqlite', '@lydell/node-pty'];

export default defineConfig({
  root,
  logLevel: 'warn',
  ssr: { noExternal: true },
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    ssr: true,
    target: 'node20',
    outDir: resolve(root, 'dist'),
    emptyOutDir: true,
    minify: false,
    sourcemap: false,
    rolldownOptions: {
      input: {
        cli: resolve(root, 'electron/hosts/cli.ts'),
        station: resolve(root, 'electron/hosts/station.ts'),
        training: resolve(root, 'electron/hosts/training.ts'),
      },
      external: [...native, /^@serialport\//, /^node:/, ...builtinModules],
      output: { format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
