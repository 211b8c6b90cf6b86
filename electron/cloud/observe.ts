/**
 * What the SDK hides of its own call: the request (so that it can be ended), and status and headers of the answer
 * even where it is an error or not JSON. Taken from Node's diagnostics channels, on which every request of the
 * process passes; a call is told apart by its async context. No extra request is ever sent.
 * Must not: look at bodies, or at requests that are not its own.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import diagnostics from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

const STARTED = 'http.client.request.start';
const ANSWERED = 'http.client.response.finish';

/** Filled in while the call runs. */
export interface Observation {
  request?: ClientRequest;
  /** Set by the caller: a request that shows up after this is ended at once. */
  ended?: boolean;
  status?: number;
  contentType?: string;
  /** The answer's Date header in milliseconds, and when its headers arrived by our clock. */
  date?: { readonly serverMs: number; readonly arrivedAt: number };
}

export interface Observer {
  /** Runs the call; the observation is complete when the call has settled. */
  watch<T>(observation: Observation, call: () => Promise<T>): Promise<T>;
}

export function createObserver(): Observer {
  const contexts = new AsyncLocalStorage<Observation>();
  const requests = new WeakMap<object, Observation>();
  let watched = 0;

  const started = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    const observation = contexts.getStore();
    if (observation === undefined) return;
    observation.request = request;
    requests.set(request, observation);
    if (observation.ended) request.destroy();
  };
  const answered = (message: unknown) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const observation = requests.get(request);
    if (observation) note(observation, response);
  };
  // Subscribed only while a call is under way, so that nothing outlives the last one.
  const enter = () => {
    watched += 1;
    if (watched > 1) return;
    diagnostics.subscribe(STARTED, started);
    diagnostics.subscribe(ANSWERED, answered);
  };
  const leave = () => {
    watched -= 1;
    if (watched > 0) return;
    diagnostics.unsubscribe(STARTED, started);
    diagnostics.unsubscribe(ANSWERED, answered);
  };

  return {
    watch: async (observation, call) => {
      enter();
      try {
        return await contexts.run(observation, call);
      } finally {
        leave();
      }
    },
  };
}

function note(observation: Observation, response: IncomingMessage): void {
  if (response.statusCode !== undefined) observation.status = response.statusCode;
  const contentType = response.headers['content-type'];
  if (contentType !== undefined) observation.contentType = contentType;
  const serverMs = Date.parse(response.headers.date ?? '');
  if (Number.isFinite(serverMs)) observation.date = { serverMs, arrivedAt: Date.now() };
}
