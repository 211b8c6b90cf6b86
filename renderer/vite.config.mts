/**
 * Builds the window's page to dist/renderer: relative addresses, nothing inline, fonts as files, so that it runs under
 * `script-src 'self'; style-src 'self'; font-src 'self'`. Must not: know a host.
 */
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { twoLanguages } from './two-languages.mts';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  plugins: [twoLanguages(), react()],
  build: {
    target: 'chrome130',
    outDir: resolve(import.meta.dirname, '../dist/renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
  },
});
