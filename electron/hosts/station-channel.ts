/**
 * What a host and its station process say to each other, whatever carries it: a child's channel, or Electron's.
 * The AccessKey travels here, in memory, from the host that keeps it; nothing else secret does.
 */
import type { ErrorPayload } from '../contract/api.ts';
import type { Push, Reply, Request } from '../contract/envelope.ts';
import type { AccessView, TrainingView } from '../contract/views.ts';
import type { OrderFile } from '../station/service-ports.ts';

/** An AccessKey on its way between processes. */
export interface PlainAccess {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface StationOptions {
  readonly mode: 'production' | 'training';
  readonly version: string;
  readonly ledgerPath: string;
  readonly settingsPath: string;
  /** Ports that a scan would miss. */
  readonly ports: readonly string[];
  /** Only the ports named: what a scan finds stays untouched. */
  readonly onlyNamedPorts: boolean;
  readonly access?: PlainAccess;
  readonly accessView: AccessView;
  readonly order?: OrderFile;
  readonly training?: TrainingView;
}

export type ToStation =
  | { readonly kind: 'start'; readonly options: StationOptions }
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'access'; readonly access?: PlainAccess; readonly view: AccessView }
  | { readonly kind: 'training'; readonly view: TrainingView }
  /** End all runs in order, close the ledger, exit. */
  | { readonly kind: 'stop' };

export type FromStation =
  | { readonly kind: 'started' }
  /** The order that was named at the start is open, and remembered from now on as any other. */
  | { readonly kind: 'order-taken' }
  /** It could not start, and exits. */
  | { readonly kind: 'failed'; readonly error: ErrorPayload }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'push'; readonly push: Push };

/** The host's end: a station process that was started. */
export interface StationChild {
  send(message: ToStation): void;
  onMessage(listener: (message: FromStation) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}
