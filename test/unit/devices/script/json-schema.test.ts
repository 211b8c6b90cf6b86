/** The JSON Schema for editors is in step with the form. `UPDATE_DOCUMENTS=1` writes it (format it then). */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { profileJsonSchema } from '../../../../electron/devices/script/json-schema.ts';

it('docs/profile.schema.json says what the form of a profile says', () => {
  const path = resolve(import.meta.dirname, '../../../../docs/profile.schema.json');
  const text = `${JSON.stringify(profileJsonSchema(), null, 2)}\n`;
  if (process.env.UPDATE_DOCUMENTS) writeFileSync(path, text);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(text));
  expect(text).toContain('"takeBytes"');
});
