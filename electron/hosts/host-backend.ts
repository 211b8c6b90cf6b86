/**
 * What a host answers itself, around its station: keeping the AccessKey, and a trainer's faults. All else is relayed.
 * Must not: give a key back; a view of it says where it comes from and the first characters of its id.
 */
import type { Push, Reply, Request } from '../contract/envelope.ts';
import type { Handlers } from '../contract/handlers.ts';
import type { AccessView, TrainingFault } from '../contract/views.ts';
import { CommandRefusal } from '../station/command-refusal.ts';
import type { AccessVault } from './access-vault.ts';
import { createDispatcher } from './dispatcher.ts';
import type { PlainAccess } from './station-channel.ts';
import type { Backend, StationHost } from './station-host.ts';

export interface HostBackendParts {
  readonly station: StationHost;
  readonly vault: AccessVault;
  /** Present on the training bench. */
  readonly inject?: ((fault: TrainingFault, isActive: boolean, slot?: number) => void) | undefined;
}

const OWN: readonly string[] = ['access.enter', 'access.forget', 'training.inject'];

export function createHostBackend({ station, vault, inject }: HostBackendParts): Backend {
  const own: Partial<Handlers> = {
    'access.enter': async ({ accessKeyId, accessKeySecret, securityToken, keep }) => {
      const token = securityToken === undefined || securityToken === '' ? {} : { securityToken };
      const access: PlainAccess = { accessKeyId, accessKeySecret, ...token };
      const isKept = keep && vault.canSeal;
      if (isKept) await vault.seal(access);
      const view = accessView(isKept ? 'sealed' : 'typed', access, vault.canSeal);
      station.setAccess(access, view);
      return view;
    },
    'access.forget': async () => {
      await vault.forget();
      const view = accessView('missing', undefined, vault.canSeal);
      station.setAccess(undefined, view);
      return view;
    },
    'training.inject': async ({ fault, isActive, slotId }) => {
      if (inject === undefined) throw new CommandRefusal('NOT_POSSIBLE_NOW');
      inject(fault, isActive, slotId === undefined ? undefined : Number(slotId));
      return null;
    },
  };
  const dispatch = createDispatcher(own);
  return {
    request: (request: Request): Promise<Reply> =>
      OWN.includes(request.command) ? dispatch(request) : station.request(request),
    subscribe: (listener: (push: Push) => void) => station.subscribe(listener),
  };
}

/** What may be shown of a key. */
export function accessView(
  source: AccessView['source'],
  access: PlainAccess | undefined,
  canSeal: boolean,
): AccessView {
  if (access === undefined) return { source: 'missing', canSeal };
  const { accessKeyId, securityToken } = access;
  const shown = accessKeyId.length > 8 ? `${accessKeyId.slice(0, 6)}…` : accessKeyId;
  return { source, canSeal, accessKeyId: shown, isTemporary: securityToken !== undefined };
}
