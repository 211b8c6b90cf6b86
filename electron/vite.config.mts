/**
 * Builds everything that runs on Node to `dist/`, CommonJS, all bundled but what carries native code: command line, station and
 * training process, Electron's main process. With `--mode preload` the page's preload, which must be one file.
 * Must not: bundle serialport, SQLite or the pseudo-terminal package.
 */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
const native = ['electron', 'serialport', '@photostructure/sqlite', '@lydell/node-pty'];

// Where a build beside the one in use goes, such as one for the tests of a packed app.
const outDir = resolve(root, process.env.KEYBENCH_DIST ?? 'dist');
const entry = (name: string, folder: string, file = name) => ({
  [name]: resolve(root, 'electron', folder, `${file}.ts`),
});
const inputs = {
  ...entry('cli', 'hosts'),
  ...entry('station', 'hosts'),
  ...entry('training', 'hosts'),
  ...entry('main', 'main', 'index'),
};

export default defineConfig(({ mode }) => {
  const isPreload = mode === 'preload';
  return {
    root,
    logLevel: 'warn',
    ssr: { noExternal: true },
    define: {
      __VERSION__: JSON.stringify(version),
      __E2E__: JSON.stringify(process.env.KEYBENCH_E2E === '1'),
    },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: !isPreload,
      minify: false,
      sourcemap: false,
      license: isPreload ? false : { fileName: 'licenses.md' },
      rolldownOptions: {
        input: isPreload ? entry('preload', 'preload', 'index') : inputs,
        external: [...native, /^@serialport\//, /^node:/, ...builtinModules],
        output: {
          format: 'cjs',
          entryFileNames: isPreload ? '[name].cjs' : '[name].js',
          chunkFileNames: 'chunks/[name].js',
        },
      },
    },
  };
});
