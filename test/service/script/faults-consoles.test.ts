/** What can be wrong with consoles of one kind, and with what a profile needs of them: said so in its own words. */
import { describe, expect, it } from 'vitest';
import { ConsoleUnit } from '../../../electron/simulator/consoles/console-unit.ts';
import { EspAt } from '../../../electron/simulator/consoles/esp-at.ts';
import { ZephyrShell } from '../../../electron/simulator/consoles/zephyr-shell.ts';
import { KINDS, type Kind, linuxUnit, PASSWORD_VARIABLE } from '../../support/consoles/kinds.ts';
import { type LinuxConsole, type LinuxOptions, PASSWORD } from '../../support/consoles/linux-console.ts';
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
