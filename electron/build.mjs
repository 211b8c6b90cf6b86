// Builds everything that runs into dist/ (or KEYBENCH_DIST). Installs nothing: `npm ci` comes first.
import { chmod, copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '..');
const dist = resolve(root, process.env.KEYBENCH_DIST ?? 'dist');
const configFile = resolve(import.meta.dirname, 'vite.config.mts');
await build({ configFile });
await build({ configFile, mode: 'preload' });
const renderer = { outDir: resolve(dist, 'renderer'), license: { fileName: 'licenses.md' } };
await build({ configFile: resolve(root, 'renderer/vite.config.mts'), build: renderer });
await copyFile(resolve(root, 'electron/main/resources/icon.png'), resolve(dist, 'icon.png'));
await chmod(resolve(dist, 'cli.js'), 0o755);
