/** The form of a profile as a JSON Schema, for editors. Must not: say more than the form itself. */
import { z } from 'zod';
import { profileSchema } from './profile-schema.ts';

export function profileJsonSchema(): object {
  const schema = z.toJSONSchema(profileSchema, { io: 'input', reused: 'ref' });
  return {
    ...schema,
    title: 'Keybench profile',
    description: 'How to talk to a third-party console. See profiles.md.',
  };
}
