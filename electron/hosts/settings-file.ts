/**
 * What the station remembers, in one JSON file beside its ledger, replaced whole. Must not: hold a secret, or stop the
 * station when the file is damaged; a damaged one is kept aside, and the station starts as new.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Settings, SettingsStore } from '../station/service-ports.ts';

const schema = z.object({
  stationName: z.string().max(40).catch(''),
  operator: z.string().max(40).optional(),
  slots: z.array(
    z.object({ number: z.number().int().min(1), place: z.string(), isOff: z.boolean().optional() }),
  ),
  order: z.object({ fileName: z.string(), text: z.string(), directory: z.string().optional() }).optional(),
});

const NEW: Settings = { stationName: '', slots: [] };

export function createSettingsFile(path: string): SettingsStore {
  return {
    async load() {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) return NEW;
      try {
        return schema.parse(JSON.parse(text)) as Settings;
      } catch {
        await rename(path, `${path}.damaged`).catch(() => undefined);
        return NEW;
      }
    },
    async save(settings) {
      await mkdir(dirname(path), { recursive: true });
      const next = `${path}.new`;
      const file = await open(next, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(settings, null, 1)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, path);
    },
  };
}
