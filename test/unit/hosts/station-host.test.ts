/** What a host tells the station processes that it starts one after the other: the order that was named is opened once. */
import { expect, it } from 'vitest';
import { accessView } from '../../../electron/hosts/host-backend.ts';
import type { FromStation, StationOptions, ToStation } from '../../../electron/hosts/station-channel.ts';
import { StationHost } from '../../../electron/hosts/station-host.ts';

const ACCESS = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' };
const ORDER = { fileName: 'A.yaml', text: 'workOrder: A' };

/** A host whose processes are ours to play: what each was started with, what it says, and its end. */
function hostOf(options: Partial<StationOptions>) {
  const started: StationOptions[] = [];
  let say: (message: FromStation) => void = () => {};
  let end = () => {};
  const host = new StationHost({
    spawn: () => ({
      send: (message: ToStation) => message.kind === 'start' && started.push(message.options),
      onMessage: (listener) => {
        say = listener;
      },
      onExit: (listener) => {
        end = listener;
      },
      kill: () => end(),
    }),
    options: {
      mode: 'production',
      version: 'test',
      ledgerPath: 'keybench.db',
      settingsPath: 'settings.json',
      ports: [],
      onlyNamedPorts: false,
      accessView: accessView('missing', undefined, false),
      order: ORDER,
      ...options,
    },
  });
  const orders = () => started.map(({ order }) => order?.fileName);
  return { host, orders, say: (message: FromStation) => say(message), end: () => end() };
}

async function startedAgain({ orders, end }: ReturnType<typeof hostOf>): Promise<(string | undefined)[]> {
  const before = orders().length;
  end();
  await expect.poll(() => orders().length).toBe(before + 1);
  return orders();
}

it('is forgotten by the host once the station has worked with a key', async () => {
  const on = hostOf({ access: ACCESS });
  void on.host.start();
  on.say({ kind: 'started' });
  expect(await startedAgain(on)).toEqual(['A.yaml', undefined]);
});

it('waits for a key that is typed, and is forgotten when it has been opened with that', async () => {
  const on = hostOf({});
  void on.host.start();
  on.say({ kind: 'started' });
  expect(await startedAgain(on)).toEqual(['A.yaml', 'A.yaml']);
  on.say({ kind: 'started' });
  on.host.setAccess(ACCESS, accessView('typed', ACCESS, false));
  on.say({ kind: 'order-taken' });
  // What a person opened or closed since is in the settings; the one named must not come before it.
  expect(await startedAgain(on)).toEqual(['A.yaml', 'A.yaml', undefined]);
});
