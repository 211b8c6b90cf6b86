/**
 * The renderer's side of the contract: commands typed by name over any transport.
 * Must not: wait by itself or keep state; deadlines are the transport's, the picture is the store's.
 */
import type { CommandInput, CommandName, CommandOutput, ErrorPayload } from './api.ts';
import type { Push, Transport } from './envelope.ts';

export type Answer<T> =
  | { readonly ok: true; readonly output: T }
  | { readonly ok: false; readonly error: ErrorPayload };

export interface StationClient {
  /**
   * Sends one command. Never rejects: an error of the station, of the command or of the way there is an answer with
   * `ok: false`; STATION_AWAY where no host answers.
   */
  call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<Answer<CommandOutput<K>>>;
  /** Hears every push until the function returned is called. */
  subscribe(listener: (push: Push) => void): () => void;
}

export function createStationClient(transport: Transport): StationClient {
  return {
    async call<K extends CommandName>(name: K, input: CommandInput<K>): Promise<Answer<CommandOutput<K>>> {
      try {
        const reply = await transport.request({ command: name, input });
        if (!reply.ok) return { ok: false, error: reply.error };
        return { ok: true, output: reply.output as CommandOutput<K> };
      } catch {
        return { ok: false, error: { code: 'STATION_AWAY', evidence: {} } };
      }
    },
    subscribe: (listener) => transport.subscribe(listener),
  };
}
