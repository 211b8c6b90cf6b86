/**
 * The messages on the wire, the same for every host, and the transport that carries them.
 * Must not: know what a command means.
 */
import type { CommandName, ErrorPayload, Frame } from './api.ts';

export interface Request {
  readonly id: number;
  readonly command: CommandName;
  readonly input: unknown;
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly error: ErrorPayload };

export type Push =
  | { readonly push: 'frame'; readonly frame: Frame }
  /** The station process is gone, or is back: take a new snapshot. */
  | { readonly push: 'station-away' }
  | { readonly push: 'station-back' };

/** All that a renderer needs of a host. */
export interface Transport {
  /** Never rejects for an error of the station; resolves STATION_AWAY where no host answers. */
  request(request: Omit<Request, 'id'>): Promise<Reply>;
  /** Hears every push until the function returned is called. */
  subscribe(listener: (push: Push) => void): () => void;
}
