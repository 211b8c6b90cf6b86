/** What can be wrong with a Linux console: never green, and said so in its own words. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS, type Kind, linuxUnit } from '../../support/consoles/kinds.ts';
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
