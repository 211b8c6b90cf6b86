/**
 * The order in which test files start: the longest first, since one that starts last holds up the end alone. A fresh clone
 * has no measured durations to go by, so they are named. Must not: leave a file out.
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first, as measured in a whole run on two cores. */
const LONG = [
  'script/faults-linux',
  'script/faults',
  'command-line/kill',
  'script/cuts',
  'script/kill',
  'station/crash',
  'station/cuts',
  'script/canary',
  'esp32-nvs/command-line',
  'station/cloud-answers',
  'esp32-nvs/interrupted',
  'esp32-nvs/kill',
  'command-line/output',
  'station/recovery',
  'script/crash',
  'devices/write-interrupted',
  'esp32-nvs/cuts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
