/**
 * Switches of Chromium that would let another program drive or weaken the window. An installed app refuses to start with one;
 * a build made for its own tests does not (`KEYBENCH_E2E=1` when it is built).
 */
declare const __E2E__: boolean;

const REFUSED = ['remote-debugging-port', 'remote-debugging-pipe', 'disable-web-security'] as const;

interface Started {
  readonly isPackaged: boolean;
  readonly commandLine: { hasSwitch(name: string): boolean };
}

/** The first one that was given, or undefined. */
export function refusedSwitch({ isPackaged, commandLine }: Started): string | undefined {
  return isPackaged && !__E2E__ ? REFUSED.find((name) => commandLine.hasSwitch(name)) : undefined;
}
