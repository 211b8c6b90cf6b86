import { describe, expect, it } from 'vitest';
import { reasonText } from '../../../electron/contract/texts/reason-texts.ts';
import {
  type ClientIdTemplate,
  couldBe,
  fillClientId,
  needsSequence,
  parseClientIdTemplate,
} from '../../../electron/domain/client-id-template.ts';
import type { HardwareId } from '../../../electron/domain/ids.ts';

const GROUP = 'GID_sensor';
const hardwareId = '240AC4019F02' as HardwareId;

function template(text: string): ClientIdTemplate {
  const result = parseClientIdTemplate(text, GROUP);
  if (!result.ok) throw new Error(JSON.stringify(result.reason));
  return result.template;
}

function refusal(text: string, groupId = GROUP): string {
  const result = parseClientIdTemplate(text, groupId);
  return result.ok ? 'accepted' : reasonText('en', result.reason);
}

describe('a ClientId template', () => {
  it('is filled by the unit and the ledger', () => {
    const fill = (text: string, sequence?: number) =>
      fillClientId(template(text), {
        hardwareId,
        model: 'sensor-a',
        ...(sequence === undefined ? {} : { sequence }),
      });
    expect(fill('{groupId}@@@{hardwareId}')).toBe('GID_sensor@@@240AC4019F02');
    expect(fill('{groupId}@@@{model}-{sequence:6}', 42)).toBe('GID_sensor@@@sensor-a-000042');
    expect(fill('{groupId}@@@n{sequence:3}', 123_456)).toBe('GID_sensor@@@n123456');
  });

  it('never alters what a unit contributes: it fits or it is refused', () => {
    const long = template(`{groupId}@@@${'x'.repeat(35)}{hardwareId}`);
    expect(fillClientId(long, { hardwareId: 'A'.repeat(16) as HardwareId, model: 'm' })).toHaveLength(64);
    expect(fillClientId(long, { hardwareId: 'A'.repeat(17) as HardwareId, model: 'm' })).toBeUndefined();
    expect(fillClientId(template('{groupId}@@@{model}'), { hardwareId, model: 'sensor a' })).toBeUndefined();
    expect(fillClientId(template('{groupId}@@@{model}'), { hardwareId, model: 'a@@@b' })).toBeUndefined();
  });

  it('is refused where its fixed parts break the rule or leave no room', () => {
    expect(refusal('{groupId}@@@')).toMatch(/<GroupId>@@@<DeviceId>/);
    expect(refusal('{groupId}-{hardwareId}')).toMatch(/<GroupId>@@@<DeviceId>/);
    expect(refusal('sensor@@@{hardwareId}')).toMatch(/GID_/);
    expect(refusal('{groupId}@@@a/{hardwareId}')).toMatch(/"\/" is not allowed/);
    expect(refusal('{groupId}@@@设备{hardwareId}')).toMatch(/not allowed/);
    expect(refusal(`{groupId}@@@${'x'.repeat(51)}{hardwareId}`)).toMatch(/leave no room/);
    expect(refusal(`{groupId}@@@${'x'.repeat(50)}{hardwareId}`)).toBe('accepted');
    expect(refusal('{groupId}@@@{sequence:60}')).toMatch(/leave no room/);
  });

  it("is refused where it does not begin with the order's own group", () => {
    const mustBegin = /it must begin with GID_sensor@@@/;
    expect(refusal('GID_other@@@{hardwareId}')).toMatch(mustBegin);
    expect(refusal('GID_sensor-2@@@{hardwareId}')).toMatch(mustBegin);
    expect(refusal('{groupId}2@@@{hardwareId}')).toMatch(mustBegin);
    expect(refusal('GID_{model}@@@{hardwareId}')).toMatch(mustBegin);
    expect(refusal('{hardwareId}')).toMatch(mustBegin);
    expect(refusal('GID_sensor@@@{hardwareId}')).toBe('accepted');
    expect(refusal('{groupId}@@@{hardwareId}@@@x')).toMatch(/<GroupId>@@@<DeviceId>/);
  });

  it('is refused for placeholders that it does not know, or that need a scanner', () => {
    expect(refusal('{groupId}@@@{mac}')).toMatch(/unknown placeholder \{mac\}/);
    expect(refusal('{groupId}@@@{sequence:0}')).toMatch(/unknown placeholder/);
    expect(refusal('{groupId}@@@{serialNumber}')).toMatch(/scanner/);
  });

  it('recognises a ClientId that it gave this unit, whatever the number', () => {
    const numbered = template('{groupId}@@@{model}-{sequence:6}');
    expect(needsSequence(numbered)).toBe(true);
    expect(couldBe(numbered, { hardwareId, model: 'sensor-a' }, 'GID_sensor@@@sensor-a-000007')).toBe(true);
    expect(couldBe(numbered, { hardwareId, model: 'sensor-b' }, 'GID_sensor@@@sensor-a-000007')).toBe(false);
    expect(couldBe(numbered, { hardwareId, model: 'sensor-a' }, 'GID_sensor@@@sensor-a-7')).toBe(false);
  });
});
