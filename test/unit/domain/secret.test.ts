import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../electron/domain/secret.ts';

const secret = new Secret('DC.canary');

describe('a secret', () => {
  it('prints as [secret] in every form', () => {
    const forms = [
      String(secret),
      `${secret}`,
      JSON.stringify(secret),
      inspect(secret),
      inspect({ a: [secret] }, { depth: 9, showHidden: true }),
    ];
    for (const form of [...forms, Object.keys(secret).join(), JSON.stringify(Object.entries(secret))]) {
      expect(form).not.toContain('canary');
    }
    expect(forms[0]).toBe('[secret]');
  });

  it('is given out by reveal alone', () => {
    expect(secret.reveal()).toBe('DC.canary');
  });
});
