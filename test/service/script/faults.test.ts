/** What can be wrong with a device that has a console, of every kind: never green, and said so in its own words. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleUnit } from '../../../electron/simulator/consoles/console-unit.ts';
import { EspAt } from '../../../electron/simulator/consoles/esp-at.ts';
import { ZephyrShell } from '../../../electron/simulator/consoles/zephyr-shell.ts';
import { isSoak } from '../../support/campaign.ts';
import {
  CAMPAIGN_KINDS,
  KINDS,
  type Kind,
  linuxUnit,
  PASSWORD_VARIABLE,
} from '../../support/consoles/kinds.ts';
import {
  canMount,
  type LinuxConsole,
  type LinuxOptions,
  PASSWORD,
  SHELLS,
  type ShellName,
} from '../../support/consoles/linux-console.ts';
import { ScriptBench } from '../../support/consoles/script-bench.ts';
import { testOf } from '../../support/consoles/test-of.ts';

const FAIL = { finish: { outcome: 'FAIL' } };
const PASS = { finish: { outcome: 'PASS' } };

function kindOf(name: string): Kind {
  const kind = KINDS.find((candidate) => candidate.name === name);
  if (kind === undefined) throw new Error(name);
  return kind;
}

/** A Linux device made otherwise than usual. */
function linux(options: LinuxOptions): { kind: Pick<Kind, 'profile' | 'make'>; device: () => LinuxConsole } {
  let device: LinuxConsole | undefined;
  return {
    kind: {
      profile: 'linux-console',
      make: (line) => {
        const made = linuxUnit(options, line);
        device = made.device;
        return made;
      },
    },
    device: () => device ?? expect.fail('not made yet'),
  };
}

describe.each(isSoak ? KINDS : CAMPAIGN_KINDS)('$name', (kind) => {
  const test = testOf(kind);

  test('that holds something else than it was given is FAIL, in doubt, and FAIL again', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind, { isForgetful: true });
    const wrong = {
      finish: { outcome: 'FAIL', code: expect.stringMatching(/^(DIGEST|PROOF)_WRONG$/), inDoubt: true },
    };
    expect(await bench.attempt(on), bench.transcript.slice(-5).join('\n')).toMatchObject(wrong);
    expect((await bench.attempt(on)).kind).toBe('finished');
    expect(
      bench.events.filter((event) => event.type === 'unit-finished' && event.outcome === 'PASS'),
    ).toEqual([]);
    expect(bench.registered(on.hardwareId)).toBe(1);
  });

  test('whose store is full is FAIL, and says that it is the store', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind, { isFull: true });
    expect(await bench.attempt(on), bench.transcript.slice(-5).join('\n')).toMatchObject({
      finish: { outcome: 'FAIL', code: 'UNIT_STORAGE_FAILED' },
    });
  });

  test('that holds a record of somebody else is not overwritten, and no credential is asked for', async () => {
    await using before = await ScriptBench.open();
    const on = await before.unit(kind);
    expect(await before.attempt(on)).toMatchObject(PASS);
    await using bench = await ScriptBench.open();
    expect(await bench.attempt(on)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'UNIT_HOLDS_OTHER_RECORD' },
    });
    expect(bench.registered(on.hardwareId)).toBe(0);
    expect(before.faultsOf(on)).toEqual([]);
  });

  test('that holds an unfinished older record of its own is erased and written anew', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind);
    const died = await bench.attempt(on, { brokerPort: 1883, crash: { at: 'unit.written', when: 'before' } });
    expect(died).toMatchObject({ finish: { outcome: 'ERROR' } });
    await bench.restart();
    expect(await bench.attempt(on), bench.transcript.slice(-5).join('\n')).toMatchObject(PASS);
    expect(bench.faultsOf(on)).toEqual([]);
  });

  test('that passes beside one that babbles and one that is silent', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kind);
    const babbling = await bench.unit({
      profile: kind.profile,
      make: (options) => babbler(options, 'no such thing\r\n'),
    });
    const silent = await bench.unit({ profile: kind.profile, make: (options) => babbler(options, '') });
    const [good, loud, mute] = await Promise.all([
      bench.attempt(on),
      bench.attempt({ ...babbling, settings: on.settings }, { waitMs: 3_000 }),
      bench.attempt({ ...silent, settings: on.settings }, { waitMs: 3_000 }),
    ]);
    expect(good).toMatchObject(PASS);
    expect(loud).toMatchObject({ finish: { outcome: 'TIMEOUT', code: 'UNIT_NOT_UNDERSTOOD' } });
    expect(mute).toMatchObject({ finish: { outcome: 'TIMEOUT', code: 'UNIT_SILENT' } });
  });
});

/** A console that answers whatever it hears with the same text. */
function babbler({ line }: Parameters<Kind['make']>[0], text: string): ReturnType<Kind['make']> {
  let send: (bytes: Uint8Array) => void = () => {};
  const console = {
    power: (to: typeof send) => {
      send = to;
    },
    receive: () => text !== '' && send(Buffer.from(text)),
    cutPower: () => {},
    close: () => {},
  };
  const unit = new ConsoleUnit({ line, console });
  return {
    unit,
    hardwareId: 'NOBODY',
    settings: {},
    boots: () => 0,
    isAtRest: () => true,
    held: () => undefined,
  };
}

describe.each(SHELLS)('a Linux console with %s', (shell: ShellName) => {
  const test = testOf(kindOf(shell));

  test('refuses a wrong password: two tries, no cloud call', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf(shell));
    process.env.KEYBENCH_TEST_WRONG_PASSWORD = 'not-this-one';
    const settings = { ...on.settings, password: 'env:KEYBENCH_TEST_WRONG_PASSWORD' };
    expect(await bench.attempt(on, { settings })).toMatchObject({ finish: { code: 'UNIT_LOGIN_REFUSED' } });
    expect(bench.cloud.calls).toEqual([]);
    expect(bench.transcript.join('\n')).not.toContain('not-this-one');
  });

  test.each(['until dmesg', 'for ever'] as const)(
    'passes while the kernel talks in between (%s)',
    async (kernelNoise) => {
      await using bench = await ScriptBench.open();
      const on = await bench.unit(linux({ shell, kernelNoise }).kind);
      expect(await bench.attempt(on), bench.transcript.slice(-8).join('\n')).toMatchObject(PASS);
      expect(bench.faultsOf(on)).toEqual([]);
    },
  );

  test('is found with half a user name, half a password, half a line or an open quotation mark before it', async () => {
    const openings = [
      'ro',
      `root\r${PASSWORD.slice(0, 3)}`,
      `root\r${PASSWORD}\recho half`,
      `root\r${PASSWORD}\recho 'open\r`,
    ];
    await using bench = await ScriptBench.open();
    for (const [index, opening] of openings.entries()) {
      const { kind, device } = linux({ shell });
      const on = await bench.unit(kind, { number: index + 1 });
      await expect.poll(() => on.boots()).toBe(1);
      for (const part of opening.split(/(?<=\r)/)) {
        device().receive(Buffer.from(part));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
      expect(await bench.attempt(on), `${opening}\n${bench.transcript.slice(-8).join('\n')}`).toMatchObject(
        PASS,
      );
      expect(bench.faultsOf(on)).toEqual([]);
    }
  });

  test('is found while somebody is being logged out: what is typed then is a user name', async () => {
    await using bench = await ScriptBench.open();
    const { kind, device } = linux({ shell });
    const on = await bench.unit(kind);
    await expect.poll(() => on.boots()).toBe(1);
    device().receive(Buffer.from(`root\r${PASSWORD}\r`));
    await expect.poll(() => device().isLoggedIn).toBe(true);
    device().receive(Buffer.from('sleep 0.4; exit\r'));
    expect(await bench.attempt(on), bench.transcript.slice(-8).join('\n')).toMatchObject(PASS);
    expect(bench.faultsOf(on)).toEqual([]);
  });

  test('has a file that only its owner can read, written to disk, and no trace of it elsewhere', async () => {
    await using bench = await ScriptBench.open();
    const { kind, device } = linux({ shell });
    const on = await bench.unit(kind);
    expect(await bench.attempt(on)).toMatchObject(PASS);
    expect(device().tree.mode).toBe(0o600);
    expect(device().tree.wasSynced).toBe(true);
    expect(device().tree.filesBeside()).toEqual([]);
  });

  test('passes where an earlier writing left a file behind that others can read', async () => {
    await using bench = await ScriptBench.open();
    const { kind, device } = linux({ shell });
    const on = await bench.unit(kind);
    const left = `${device().tree.credentialPath}.new`;
    mkdirSync(dirname(left), { recursive: true });
    writeFileSync(left, 'half', { mode: 0o644 });
    expect(await bench.attempt(on), bench.transcript.slice(-8).join('\n')).toMatchObject(PASS);
    expect(device().tree.mode).toBe(0o600);
  });

  test('whose file others can read after the restart is FAIL', async () => {
    await using bench = await ScriptBench.open();
    const { kind, device } = linux({ shell });
    const on = await bench.unit(kind);
    device().tree.program(
      'reboot',
      `chmod 644 "${device().tree.credentialPath}"; ${device().tree.rebootScript}`,
    );
    expect(await bench.attempt(on)).toMatchObject({
      finish: { outcome: 'FAIL', code: 'PROOF_WRONG', inDoubt: true },
    });
    chmodSync(device().tree.credentialPath, 0o600);
  });

  test('that says it reboots and does not is no proof', async () => {
    await using bench = await ScriptBench.open();
    const { kind, device } = linux({ shell });
    const on = await bench.unit(kind);
    device().tree.program('reboot', 'echo "Starting kernel ..."');
    expect(await bench.attempt(on, { bootTimeout: 2 })).toMatchObject({
      finish: { outcome: 'TIMEOUT', code: 'UNIT_DID_NOT_REBOOT', inDoubt: true },
    });
  });

  test('that lost its file since it passed is in doubt, and not written again', async () => {
    await using bench = await ScriptBench.open();
    const { kind, device } = linux({ shell });
    const on = await bench.unit(kind);
    expect(await bench.attempt(on)).toMatchObject(PASS);
    rmSync(device().tree.credentialPath);
    expect(await bench.attempt(on)).toMatchObject({
      finish: { outcome: 'ERROR', code: 'PASSED_UNIT_DIFFERS' },
    });
    expect(on.held()).toBeUndefined();
  });

  (canMount() ? test : it.skip).each(['full', 'read-only'] as const)(
    'whose file system is %s (a real one) is FAIL',
    async (mount) => {
      await using bench = await ScriptBench.open();
      const on = await bench.unit(linux({ shell, mount }).kind);
      expect(await bench.attempt(on), bench.transcript.slice(-4).join('\n')).toMatchObject({
        finish: { outcome: 'FAIL', code: 'UNIT_STORAGE_FAILED' },
      });
    },
  );
});

describe('a module with ESP-AT', () => {
  it('passes while it is busy, prints by itself, loses commands and counts bytes', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf('esp-at'));
    const console = new EspAt({
      flashMs: 30,
      faults: {
        chatter: 'WIFI DISCONNECT\r\n',
        onCommand: (_command, nth) => (nth % 4 === 3 ? 'busy' : nth % 31 === 9 ? 'ignored' : undefined),
      },
    });
    const noisy = await bench.unit({
      profile: 'esp-at-sysmfg',
      make: ({ line }) => ({ ...on, unit: new ConsoleUnit({ line, console }), hardwareId: '240AC4010203' }),
    });
    expect(await bench.attempt(noisy), bench.transcript.slice(-8).join('\n')).toMatchObject(PASS);
  });

  it('that cannot tell its address is FAIL before any cloud call', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf('esp-at'));
    const faults = {
      onCommand: (command: string) => (command.includes('CIPSTAMAC') ? ('error' as const) : undefined),
    };
    const console = new EspAt({ faults });
    const odd = await bench.unit({
      profile: 'esp-at-sysmfg',
      make: ({ line }) => ({ ...on, unit: new ConsoleUnit({ line, console }) }),
    });
    expect(await bench.attempt(odd)).toMatchObject({ ...FAIL, error: { code: 'UNIT_PROTOCOL' } });
    expect(bench.cloud.calls).toEqual([]);
  });
});

describe('a device that lacks what its profile needs', () => {
  testOf(kindOf('busybox')).each(['base64', 'sha256sum'])(
    'is refused before a credential is asked for: busybox without %s',
    async (name) => {
      await using bench = await ScriptBench.open();
      const on = await bench.unit(linux({ shell: 'busybox', without: name }).kind);
      expect(await bench.attempt(on)).toMatchObject({ ...FAIL, error: { code: 'UNIT_PROTOCOL' } });
      expect(bench.cloud.calls).toEqual([]);
    },
  );

  it('is refused before a credential is asked for: ESP-AT without the store', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf('esp-at'));
    const console = new EspAt({ faults: { lacksStore: true } });
    const old = await bench.unit({
      profile: 'esp-at-sysmfg',
      make: ({ line }) => ({ ...on, unit: new ConsoleUnit({ line, console }) }),
    });
    expect(await bench.attempt(old)).toMatchObject({ ...FAIL, error: { code: 'UNIT_PROTOCOL' } });
    expect(bench.cloud.calls).toEqual([]);
  });
});

describe('a Zephyr shell', () => {
  it('passes while it logs in between, in colours, and loses commands', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf('zephyr'));
    const console = new ZephyrShell({
      faults: { isChatty: true, onCommand: (_command, nth) => (nth % 29 === 8 ? 'ignored' : undefined) },
    });
    const noisy = await bench.unit({
      profile: 'zephyr-settings',
      make: ({ line }) => ({
        ...on,
        unit: new ConsoleUnit({ line, console }),
        hardwareId: 'a1b2c3d4e5f60718',
      }),
    });
    expect(await bench.attempt(noisy), bench.transcript.slice(-8).join('\n')).toMatchObject(PASS);
  });

  it('whose line is too short for a value is refused before a byte of the record is sent', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf('zephyr'));
    const long = `${'h'.repeat(60)}.${'h'.repeat(60)}.example`;
    expect(await bench.attempt(on, { brokerHost: long }).catch((thrown: Error) => thrown.message)).toSatisfy(
      (ended: unknown) =>
        typeof ended === 'string'
          ? ended.includes('unfit-long')
          : JSON.stringify(ended).includes('PROFILE_UNFIT'),
    );
    expect(on.held()).toBeUndefined();
  });
});

describe('a console password', () => {
  it('is asked for by name only, and its absence is said', async () => {
    await using bench = await ScriptBench.open();
    const on = await bench.unit(kindOf('esp-at'));
    const linuxOn = { ...on, profile: 'linux-console' };
    await expect(bench.attempt(linuxOn, { settings: { password: PASSWORD } })).rejects.toThrow(/secret/);
    await expect(
      bench.attempt(linuxOn, { settings: { password: 'env:KEYBENCH_TEST_NOT_SET' } }),
    ).rejects.toThrow(/KEYBENCH_TEST_NOT_SET/);
    expect(process.env[PASSWORD_VARIABLE]).toBe(PASSWORD);
  });
});
