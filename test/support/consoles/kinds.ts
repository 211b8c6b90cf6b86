/**
 * The kinds of consoles that profiles ship for, each behind one face, so that every judgement is made of every kind: what it is
 * called in an order, how one is made, and what it holds.
 */
import { ConsoleUnit, type ConsoleUnitOptions } from '../../../electron/simulator/consoles/console-unit.ts';
import { EspAt } from '../../../electron/simulator/consoles/esp-at.ts';
import { ZephyrShell } from '../../../electron/simulator/consoles/zephyr-shell.ts';
import { isSoak } from '../campaign.ts';
import { hasShell, LinuxConsole, type LinuxOptions, PASSWORD, type ShellName } from './linux-console.ts';
import { busyboxPath } from './linux-tree.ts';
import { MicroPythonBoard } from './micropython-board.ts';

export interface Held {
  readonly clientId: string;
  readonly username: string;
  /** MQTT password, or the DeviceAccessKeySecret. */
  readonly possession: string;
}

export interface KindUnit {
  readonly unit: ConsoleUnit;
  readonly hardwareId: string;
  /** What an order's `device.settings` says. */
  readonly settings: Readonly<Record<string, string>>;
  readonly boots: () => number;
  /** The console is as it was found: nobody logged in, echo on, its own prompt. */
  readonly isAtRest: () => boolean;
  /** What it holds, or undefined. */
  readonly held: () => Held | undefined;
}

export type MakeOptions = Pick<ConsoleUnitOptions, 'line'> &
  Partial<Pick<ConsoleUnitOptions, 'cutAtByte' | 'returnsAfterMs'>> & {
    /** Makes units of a bench different. */
    readonly number: number;
    /** What it stores is not what it was given. */
    readonly isForgetful?: boolean;
    /** Its store takes nothing. */
    readonly isFull?: boolean;
    /** A cut of the cable leaves it running, with half a line or half a value on its hands. */
    readonly hasOwnPower?: boolean;
  };

export interface Kind {
  readonly name: string;
  readonly profile: string;
  /** Why it is not here, where it is not. */
  readonly missing: string | undefined;
  make(options: MakeOptions): KindUnit;
}

/** The name of the variable in which orders find the consoles' password. */
export const PASSWORD_VARIABLE = 'KEYBENCH_TEST_CONSOLE_PASSWORD';
process.env[PASSWORD_VARIABLE] = PASSWORD;

export const KINDS: readonly Kind[] = [
  linux('busybox'),
  linux('bash'),
  { name: 'micropython', profile: 'micropython', missing: undefined, make: micropython },
  { name: 'esp-at', profile: 'esp-at-sysmfg', missing: undefined, make: espAt },
  {
    name: 'zephyr',
    profile: 'zephyr-settings',
    missing: undefined,
    make: (options) => zephyr(options, false),
  },
  {
    name: 'zephyr, old',
    profile: 'zephyr-settings',
    missing: undefined,
    make: (options) => zephyr(options, true),
  },
];

/** Those that go through the long campaigns; an older firmware of one of them only in the soak. */
export const CAMPAIGN_KINDS = isSoak ? KINDS : KINDS.filter(({ name }) => name !== 'zephyr, old');

function linux(shell: ShellName): Kind {
  return {
    name: shell,
    profile: 'linux-console',
    missing: hasShell(shell) ? undefined : `no ${shell} (Debian: apt-get install ${shell})`,
    make: (options) => linuxUnit({ shell }, options),
  };
}

export function linuxUnit(
  linux: LinuxOptions,
  { number, isForgetful, isFull, ...line }: MakeOptions,
): KindUnit & { readonly device: LinuxConsole } {
  const machineId = `${'0'.repeat(24)}${(0xb000_0000 + number).toString(16)}`;
  const device = new LinuxConsole({ machineId, ...linux });
  const { tree } = device;
  // The real program, with what it writes going elsewhere.
  const base64 = linux.shell === 'bash' ? '/usr/bin/base64' : `${busyboxPath()} base64`;
  if (isFull === true) tree.program('base64', `exec ${base64} "$@" >/dev/full`);
  if (isForgetful === true) tree.program('reboot', `echo >>"${tree.credentialPath}"; ${tree.rebootScript}`);
  return {
    unit: new ConsoleUnit({ ...line, console: device }),
    device,
    hardwareId: machineId,
    settings: { ...tree.settings, password: `env:${PASSWORD_VARIABLE}` },
    boots: () => device.boots,
    isAtRest: () => !device.isLoggedIn,
    held: () => tree.record && heldOf(tree.record),
  };
}

function micropython({ number, isForgetful, isFull, hasOwnPower = false, ...line }: MakeOptions): KindUnit {
  const uniqueId = `e661${number.toString(16).padStart(12, '0')}`;
  const board = new MicroPythonBoard({
    uniqueId,
    ...(isFull === true ? { writeErrno: 28 } : {}),
    ...(isForgetful === true ? { store: (_path, bytes) => Uint8Array.from([...bytes, 0x20]) } : {}),
  });
  return {
    unit: new ConsoleUnit({ ...line, console: board, isPoweredByLine: !hasOwnPower }),
    hardwareId: uniqueId,
    settings: {},
    boots: () => board.boots,
    isAtRest: () => !board.isRaw,
    held: () => {
      const text = board.file('/keybench.json');
      return text === undefined ? undefined : heldOf(JSON.parse(text) as Record<string, unknown>);
    },
  };
}

function espAt({ number, isForgetful, isFull, hasOwnPower = false, ...line }: MakeOptions): KindUnit {
  const hardwareId = `240AC4${number.toString(16).padStart(6, '0').toUpperCase()}`;
  const module = new EspAt({
    mac: hardwareId.toLowerCase().replace(/..(?!$)/g, '$&:'),
    faults: {
      ...(isFull === true ? { isFull } : {}),
      ...(isForgetful === true ? { store: spoiled } : {}),
    },
  });
  return {
    unit: new ConsoleUnit({ ...line, console: module, isPoweredByLine: !hasOwnPower }),
    hardwareId,
    settings: {},
    boots: () => module.boots,
    isAtRest: () => module.echoes,
    held: () => heldOf(module.values('keybench')),
  };
}

function zephyr(
  { number, isForgetful, isFull, hasOwnPower = false, ...line }: MakeOptions,
  isOld: boolean,
): KindUnit {
  const deviceId = `a1b2c3d4${number.toString(16).padStart(8, '0')}`;
  const shell = new ZephyrShell({
    deviceId,
    isOld,
    faults: {
      ...(isFull === true ? { isFull } : {}),
      ...(isForgetful === true ? { store: spoiled } : {}),
    },
  });
  return {
    unit: new ConsoleUnit({ ...line, console: shell, isPoweredByLine: !hasOwnPower }),
    hardwareId: deviceId,
    settings: {},
    boots: () => shell.boots,
    isAtRest: () => shell.echoes,
    held: () => heldOf(shell.values('keybench')),
  };
}

/** One bit of the last byte of a password is not kept. */
function spoiled(key: string, value: Uint8Array): Uint8Array {
  if (key !== 'password' && !key.endsWith('/password')) return value;
  return value.map((byte, at) => (at === value.length - 1 ? byte ^ 1 : byte));
}

function heldOf(values: Readonly<Record<string, unknown>>): Held | undefined {
  const clientId = values.clientId ?? values.client_id;
  const possession = values.password ?? values.secret ?? values.deviceAccessKeySecret;
  if (typeof clientId !== 'string' || typeof possession !== 'string') return undefined;
  return { clientId, possession, username: String(values.username) };
}
