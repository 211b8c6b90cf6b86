/** What an order gives to a profile, and what of it may be seen. */
import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../../electron/devices/script/profile-schema.ts';
import { settingsOf } from '../../../../electron/devices/script/settings.ts';
import { ACME_PROFILE, parsedProfile } from '../../../support/consoles/profile-text.ts';

const source = profileSchema.parse(
  parsedProfile(
    ACME_PROFILE.replace(
      'record:\n',
      'settings: { user: { default: root }, pin: { secret: true } }\nrecord:\n',
    ),
  ),
);

describe('a setting', () => {
  it('that comes from the environment is as secret as one that the profile says is', () => {
    const env = { KB_USER: 'operator', KB_PIN: '4711' };
    const settings = settingsOf(source, { user: 'env:KB_USER', pin: 'env:KB_PIN' }, env);
    expect(settings.get('user')).toEqual({ bytes: Buffer.from('operator'), isSecret: true });
    expect(settings.get('pin')).toEqual({ bytes: Buffer.from('4711'), isSecret: true });
  });

  it('that the order itself gives is not', () => {
    const settings = settingsOf(source, { user: 'factory', pin: 'env:KB_PIN' }, { KB_PIN: '4711' });
    expect(settings.get('user')).toEqual({ bytes: Buffer.from('factory'), isSecret: false });
  });
});
