/** The fault plan's file, and how its faults are found. */
import { describe, expect, it } from 'vitest';
import { FaultCounter } from '../../../electron/simulator/cloud/fault-counter.ts';
import { parseFaultPlan } from '../../../electron/simulator/cloud/fault-plan.ts';

const parse = (value: unknown) => parseFaultPlan(JSON.stringify(value));
const problemOf = (value: unknown) => {
  const parsed = parse(value);
  return parsed.kind === 'problem' ? parsed.problem : parsed;
};
const entry = (changes: object) => [
  { action: 'GetDeviceCredential', call: 1, fault: 'throttle', ...changes },
];

describe('a fault plan', () => {
  it('is read with numbers, ranges and words', () => {
    expect(
      parse([
        { action: 'RegisterDeviceCredential', call: 1, fault: 'stall-after-commit' },
        { action: 'GetDeviceCredential', call: '2-4', fault: { kind: 'error', code: 'Throttling.User' } },
        { action: 'GetDeviceCredential', call: 'every', fault: { kind: 'delay', ms: 300 } },
        { action: 'GetDeviceCredential', call: '7', fault: { kind: 'html-502', commit: true } },
      ]),
    ).toEqual({
      kind: 'plan',
      plan: [
        { action: 'RegisterDeviceCredential', from: 1, to: 1, fault: { kind: 'stall-after-commit' } },
        { action: 'GetDeviceCredential', from: 2, to: 4, fault: { kind: 'error', code: 'Throttling.User' } },
        { action: 'GetDeviceCredential', from: 1, to: Infinity, fault: { kind: 'delay', ms: 300 } },
        { action: 'GetDeviceCredential', from: 7, to: 7, fault: { kind: 'html-502', commit: true } },
      ],
    });
  });

  it('may be an object, which also says what a second Register does', () => {
    const plan = [{ action: 'GetDeviceCredential', from: 1, to: 1, fault: { kind: 'throttle' } }];
    expect(parse({ faults: entry({}) })).toEqual({ kind: 'plan', plan });
    expect(parse({ secondRegister: 'rotate' })).toEqual({
      kind: 'plan',
      plan: [],
      secondRegister: 'rotates',
    });
    expect(parse({ faults: entry({}), secondRegister: 'refuse' })).toEqual({
      kind: 'plan',
      plan,
      secondRegister: 'exists',
    });
  });

  it.each([
    [7, undefined],
    [{ plan: [] }, 'plan'],
    [{ faults: {} }, 'faults'],
    [{ faults: [7] }, 'faults[0]'],
    [{ secondRegister: 'exists' }, 'secondRegister'],
    [[7], '[0]'],
    [entry({ action: 'Get' }), '[0].action'],
    [entry({ call: 0 }), '[0].call'],
    [entry({ call: '4-2' }), '[0].call'],
    [entry({ call: 'always' }), '[0].call'],
    [entry({ call: [1] }), '[0].call'],
    [entry({ calls: 1 }), '[0].calls'],
    [entry({ fault: 'melt' }), '[0].fault'],
    [entry({ fault: 7 }), '[0].fault'],
    [entry({ fault: { kind: 'error' } }), '[0].fault.code'],
    [entry({ fault: { kind: 'error', code: 'X', status: 200 } }), '[0].fault.status'],
    [entry({ fault: { kind: 'error', code: 'X', ms: 1 } }), '[0].fault.ms'],
    [entry({ fault: { kind: 'delay' } }), '[0].fault.ms'],
    [entry({ fault: { kind: 'delay', ms: 1.5 } }), '[0].fault.ms'],
    [entry({ fault: { kind: 'html-502', commit: 'yes' } }), '[0].fault.commit'],
    [entry({ fault: { kind: 'stall-before', commit: true } }), '[0].fault.commit'],
    [[...entry({}), ...entry({ call: -1 })], '[1].call'],
  ])('%j is refused at %s', (value, path) => {
    const problem = problemOf(value);
    expect(problem).toMatchObject({ reason: expect.any(String), ...(path === undefined ? {} : { path }) });
    if (path === undefined) expect(problem).not.toHaveProperty('path');
  });

  it.each([
    ['[\n  { "action": "GetDeviceCredential",\n    "call": oops }\n]\n', 3],
    ['[\n\n{', 3],
    ['[\n1,\n2,\n]', 4],
    ['{"a": 1\n "b": 2}', 2],
    ['[1, 2]\n\n!', 3],
    ['{"a": "b\n"}', 1],
    ['', 1],
  ])('names the line where %j is not JSON', (text, line) => {
    expect(parseFaultPlan(text)).toEqual({ kind: 'problem', problem: { line, reason: 'is not JSON' } });
  });
});

describe('the calls of a plan', () => {
  it('are counted by action, and the first entry that fits counts', () => {
    const parsed = parse([
      { action: 'GetDeviceCredential', call: 2, fault: 'throttle' },
      { action: 'GetDeviceCredential', call: '2-3', fault: 'html-page' },
    ]);
    if (parsed.kind !== 'plan') throw new Error('no plan');
    const counter = new FaultCounter({ plan: parsed.plan });
    counter.next('RegisterDeviceCredential');
    const met = [1, 2, 3, 4].map(() => counter.next('GetDeviceCredential')?.kind);
    expect(met).toEqual([undefined, 'throttle', 'html-page', undefined]);
  });
});
