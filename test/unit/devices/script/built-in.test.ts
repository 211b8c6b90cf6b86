/** The profiles that ship are sound. */
import { describe, expect, it } from 'vitest';
import { BUILT_IN_NAMES, builtInProfile } from '../../../../electron/devices/script/built-in.ts';
import { readProfile } from '../../../../electron/devices/script/read-profile.ts';

describe('the profiles that ship', () => {
  it('are the four that are promised', () => {
    expect(BUILT_IN_NAMES).toEqual(['esp-at-sysmfg', 'linux-console', 'micropython', 'zephyr-settings']);
  });

  it.each(BUILT_IN_NAMES)('%s has no fault, its own name, and a verification', (name) => {
    const result = readProfile(builtInProfile(name) ?? '');
    expect(result).toMatchObject({ ok: true, profile: { name } });
    expect(result.ok && result.profile.source.verify).toBeDefined();
  });
});
