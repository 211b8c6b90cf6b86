/** Builds the gallery outside dist/, with the product's own settings. */
import { resolve } from 'node:path';
import { defineConfig, mergeConfig } from 'vite';
import product from '../../../renderer/vite.config.mts';

export default mergeConfig(
  product,
  defineConfig({
    root: import.meta.dirname,
    build: { outDir: resolve(import.meta.dirname, '../../../test-results/gallery/site') },
  }),
);
