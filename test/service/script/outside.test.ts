/**
 * A device that the project does not know, by a profile that lies beside the work order: through the built command line, from the
 * port to the record. What is wrong with such a file is said with its line before any port is opened.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleUnit } from '../../../electron/simulator/consoles/console-unit.ts';
import { findSecret, findSecretInDir } from '../../support/canary.ts';
import type { Kind } from '../../support/consoles/kinds.ts';
import { CONSOLE_ENV, ScriptFloor } from '../../support/consoles/script-floor.ts';
import { ToyConsole } from '../../support/consoles/toy-console.ts';
import { keybench } from '../../support/keybench.ts';

const PROFILE = `format: 1
profile: acme-thermostat
version: 4
about: ACME thermostat, console behind a PIN
model: thermostat-7
settings:
  pin: { secret: true }
link:
  eol: "\\n"
  maxLine: 256
  timeoutMs: 1500
record:
  form: values
  fields:
    id: clientId
    user: username
    pass: possession
    server: brokerHost
prepare:
  - id: wake
    send: ""
    idempotent: true
    retries: 3
    expect:
      anyOf:
        - { lit: "PIN?" }
        - { lit: "acme>", next: end }
  - id: pin
    send: "{{pin|digits}}"
    expect:
      anyOf:
        - { lit: "welcome\\nacme>" }
        - { lit: "PIN?", fail: login }
identify:
  - id: who
    send: who
    expect:
      re: 'serial <(?P<hardwareId>[0-9-]+)> rev <(?P<firmware>[0-9.]+)> start <(?P<boot>[0-9]+)>\\nacme>'
  - each: field
    steps:
      - id: show
        send: "show {{name|word}}"
        expect:
          anyOf:
            - re: '<(?P<held>[A-Za-z0-9+/=]+)>\\nacme>'
              capture: { held: { decode: base64 } }
            - { lit: "nothing\\nacme>" }
write:
  - each: field
    steps:
      - id: keep
        send: "keep {{name|word}} {{value|base64}}"
        expect: { lit: "kept\\nacme>" }
        idempotent: true
        retries: 2
restart:
  - id: restart
    send: restart
    expect: { lit: "selftest ok" }
verify:
  - each: field
    steps:
      - id: compare
        send: "show {{name|word}}"
        expect:
          re: '<(?P<readBack>[A-Za-z0-9+/=]+)>\\nacme>'
          capture: { readBack: { decode: base64 } }
        assert:
          - equal: [readBack, value]
`;

const ENV = { ...CONSOLE_ENV, ACME_PIN: '4711' };
const ORDER = { profile: './acme.yaml', settings: { pin: 'env:ACME_PIN' } };

function toys(): { readonly kind: Pick<Kind, 'make'>; readonly made: ToyConsole[] } {
  const made: ToyConsole[] = [];
  const make: Kind['make'] = ({ number, ...line }) => {
    const hardwareId = `07-${String(number).padStart(5, '0')}`;
    const toy = new ToyConsole({ serial: hardwareId });
    made.push(toy);
    const unit = new ConsoleUnit({ ...line, console: toy });
    return {
      unit,
      hardwareId,
      settings: ORDER.settings,
      boots: () => toy.starts,
      isAtRest: () => true,
      held: () => undefined,
    };
  };
  return { kind: { make }, made };
}

function text(toy: ToyConsole | undefined, name: string): string {
  return Buffer.from(toy?.values.get(name) ?? '', 'base64').toString('utf8');
}

describe('a profile from outside', () => {
  it('provisions two invented devices, and knows them when they come back', async () => {
    const script = await ScriptFloor.open();
    const { floor } = script;
    writeFileSync(join(floor.dir, 'acme.yaml'), PROFILE);
    const { kind, made } = toys();
    const units = [await script.unit(kind), await script.unit(kind)];
    const args = script.run(units, ORDER);
    const ended = await keybench(args, { env: ENV });
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.lines.at(-1)).toMatchObject({ event: 'finished', pass: 2, inDoubt: 0 });
    for (const [index, toy] of made.entries()) {
      const clientId = `GID_sensor@@@${units[index]?.hardwareId}`;
      expect(text(toy, 'id')).toBe(clientId);
      const login = { clientId, username: text(toy, 'user'), password: text(toy, 'pass') };
      expect(floor.cloud.verifyLogin(login)).toBe(true);
      expect(toy.starts).toBe(2);
      const found = [
        ...findSecretInDir(login.password, floor.dir),
        ...findSecret(login.password, 'output', ended.stdout + ended.stderr),
      ];
      expect(found).toEqual([]);
    }

    const again = await keybench(args, { env: ENV });
    expect(again.lines.filter(({ event }) => event === 'already-done')).toHaveLength(2);
    expect(again.status).toBe(0);
    const records = await keybench(['records', '--ledger', floor.ledgerPath]);
    const profileDigest = createHash('sha256').update(PROFILE).digest('hex');
    for (const record of JSON.parse(records.stdout) as unknown[]) {
      expect(record).toMatchObject({ profile: expect.stringContaining('acme-thermostat'), profileDigest });
    }
    const verified = await keybench(['verify-ledger', '--ledger', floor.ledgerPath]);
    expect(verified.status, verified.stderr).toBe(0);
  });

  it('is found sound by itself, though the PIN is an order’s', async () => {
    const script = await ScriptFloor.open();
    const path = join(script.floor.dir, 'acme.yaml');
    writeFileSync(path, PROFILE);
    expect(await keybench(['profile', 'check', path], { env: ENV })).toMatchObject({ status: 0 });
  });

  it('with a wrong PIN is refused by the device, and costs no credential', async () => {
    const script = await ScriptFloor.open();
    writeFileSync(join(script.floor.dir, 'acme.yaml'), PROFILE);
    const unit = await script.unit(toys().kind);
    const ended = await keybench(script.run([unit], ORDER), { env: { ...ENV, ACME_PIN: '0000' } });
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ code: 'UNIT_LOGIN_REFUSED' });
    expect(script.floor.cloud.calls).toEqual([]);
  });

  it('with a mistake is refused before any port is opened, with its line and column', async () => {
    const script = await ScriptFloor.open();
    const broken = PROFILE.replace(
      'send: "keep {{name|word}} {{value|base64}}"',
      'send: "keep {{name|word}} {{value|shout}}"',
    );
    writeFileSync(join(script.floor.dir, 'acme.yaml'), broken);
    const toy = toys();
    const unit = await script.unit(toy.kind);
    const bootText = unit.unit.bytes;
    const ended = await keybench(script.run([unit], ORDER), { env: ENV });
    expect(ended.status).toBe(2);
    const line = broken.split('\n').findIndex((text) => text.includes('shout')) + 1;
    expect(ended.stderr).toMatch(new RegExp(`acme\\.yaml:${line}:\\d+`));
    expect(ended.stderr).toContain('shout');
    expect(unit.unit.bytes).toBe(bootText);
  });

  it('that is a folder is refused in words', async () => {
    const script = await ScriptFloor.open();
    const unit = await script.unit(toys().kind);
    const ended = await keybench(script.run([unit], { profile: './' }), { env: ENV });
    expect(ended.status).toBe(2);
    expect(ended.stderr).toMatch(/device\.profile: \/\S+ cannot be read \(EISDIR\)/);
  });

  it('without a verification is never green', async () => {
    const script = await ScriptFloor.open();
    writeFileSync(join(script.floor.dir, 'acme.yaml'), PROFILE.slice(0, PROFILE.indexOf('verify:')));
    const unit = await script.unit(toys().kind);
    const ended = await keybench(script.run([unit], ORDER), { env: ENV });
    expect(ended.status).toBe(1);
    expect(ended.lines.at(-2)).toMatchObject({ code: 'WRITTEN_UNVERIFIED' });
    expect(ended.lines.at(-1)).toMatchObject({ pass: 0, inDoubt: 1 });
  });
});
