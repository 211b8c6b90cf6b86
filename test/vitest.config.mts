/**
 * The test projects, each named, so that a run can be narrowed to one. Most of a service test is waiting for replies that do
 * not come, so six at once keep two cores busy. Where no file changes what the next one sees, they are not isolated: to
 * load the sources once per file took a quarter of the time.
 */
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.mts';

/** Under a second runtime: what cuts and kills prove does not hang on the runtime, and takes half of the time. */
const isRepeat = process.env.KEYBENCH_REPEAT === '1';
const CAMPAIGNS = [
  // Of what the command line says, which is the same; the runs themselves are repeated.
  'test/service/command-line/{access-key,bad-input,canary,emulate-cloud,kill,nvs,output}.test.ts',
  'test/service/station/{cuts,late-calls}.test.ts',
  'test/service/esp32-nvs/!(station).test.ts',
  'test/service/script/!(pass).test.ts',
];
/** The station's own tables: once with the emulator, and, under the second runtime or in the soak, once with the device end in C. */
const TABLES = ['test/service/station/{activation,crash,recovery,recovery-unit}.test.ts'];

const root = resolve(import.meta.dirname, '..');
const project = (name: string, testTimeout: number, more: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout, ...more },
});

export default defineConfig({
  root,
  test: {
    pool: 'forks',
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
    projects: [
      // Its property tests take long, and are of arithmetic alone.
      project('unit', 10_000, {
        isolate: false,
        ...(isRepeat ? { exclude: ['test/unit/devices/nvs/**'] } : {}),
      }),
      project('architecture', 20_000),
      project('service', 60_000, {
        isolate: false,
        exclude: ['test/service/firmware/**', ...(isRepeat ? [...CAMPAIGNS, ...TABLES] : [])],
        globalSetup: ['test/support/build-once.ts'],
      }),
      // The service tests of units once more, with the reference device end in C in the unit's place, and its own.
      project('firmware', 60_000, {
        isolate: false,
        include: isRepeat ? TABLES : ['test/service/{devices,firmware,station}/**/*.test.ts'],
        exclude: [
          // Of lines, not of units.
          'test/service/devices/{hang-up,portless-lines,serial-link,write-and-read}.test.ts',
          // Of the cloud.
          'test/service/station/{cloud-answers,late-calls,order-remembered}.test.ts',
          ...(process.env.KEYBENCH_SOAK === '1' || isRepeat ? [] : TABLES),
        ],
        env: { KEYBENCH_UNIT: 'c' },
        globalSetup: ['test/support/build-once.ts', 'test/support/device-end/build.ts'],
        setupFiles: ['test/support/device-end/skip.ts'],
      }),
      project('contract', 120_000, { globalSetup: ['test/support/build-once.ts'] }),
      project('electron', 180_000, {
        globalSetup: ['test/support/build-once.ts', 'test/electron/support/global-setup.ts'],
        fileParallelism: false,
      }),
      // Each file closes its window.
      project('renderer', 20_000, {
        include: ['test/renderer/**/*.test.{ts,tsx}'],
        environment: 'happy-dom',
        isolate: false,
      }),
    ],
  },
});
