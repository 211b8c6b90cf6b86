// Builds everything that runs into dist/. Installs nothing: `npm ci` comes first.
import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
await build({ configFile: resolve(import.meta.dirname, 'vite.config.mts') });
await build({ configFile: resolve(root, 'renderer/vite.config.mts') });
await chmod(resolve(root, 'dist/cli.js'), 0o755);
