/**
 * The two ways to a station: through Electron's preload, or over a WebSocket to the host that served this page.
 * Must not: know a command. Every request is answered or ends by its deadline.
 */
import type { Push, Reply, Transport } from '../electron/contract/envelope.ts';

declare global {
  interface Window {
    readonly stationTransport?: Transport;
  }
}

/** Milliseconds that a reply may take; the connection test tries six steps in one command. */
export const REPLY_DEADLINE_MS = 60_000;
const BACKOFF_MS = [250, 500, 1000, 2000, 4000] as const;
const TOKEN_KEY = 'keybench.token';

const AWAY: Reply = { id: 0, ok: false, error: { code: 'STATION_AWAY', evidence: {} } };

/** What Electron's preload put there; undefined in a browser. */
export function preloadTransport(): Transport | undefined {
  const exposed = window.stationTransport;
  if (exposed === undefined) return undefined;
  return {
    request: (request) => withDeadline(exposed.request(request)),
    subscribe: (listener) => exposed.subscribe(listener),
  };
}

/**
 * The address of the host's socket. The token comes once, in the address's fragment (`#token=…`), and is then kept
 * for this tab alone, so that a reload finds it and the address bar does not show it.
 */
export function socketAddress(location: Location, storage: Storage, history: History): string {
  const fromHash = new URLSearchParams(location.hash.slice(1)).get('token');
  if (fromHash !== null) {
    storage.setItem(TOKEN_KEY, fromHash);
    history.replaceState(null, '', location.pathname + location.search);
  }
  const token = fromHash ?? storage.getItem(TOKEN_KEY);
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const query = token === null ? '' : `?token=${encodeURIComponent(token)}`;
  return `${scheme}://${location.host}/socket${query}`;
}

/** Connects at once and again whenever the connection ends; while it is away, requests end as STATION_AWAY. */
export function socketTransport(address: string): Transport {
  const listeners = new Set<(push: Push) => void>();
  const waiting = new Map<number, (reply: Reply) => void>();
  let socket: WebSocket | undefined;
  let nextId = 1;
  let failures = 0;

  const tell = (push: Push) => {
    for (const listener of listeners) listener(push);
  };

  const connect = () => {
    const opening = new WebSocket(address);
    opening.onopen = () => {
      socket = opening;
      failures = 0;
      tell({ push: 'station-back' });
    };
    opening.onmessage = (message) => {
      const parsed = parseMessage(message.data);
      if (parsed === undefined) return;
      if ('push' in parsed) return tell(parsed);
      waiting.get(parsed.id)?.(parsed);
      waiting.delete(parsed.id);
    };
    // The close that follows says all there is to say.
    opening.onerror = () => undefined;
    opening.onclose = () => {
      if (socket === opening) {
        socket = undefined;
        for (const resolve of waiting.values()) resolve(AWAY);
        waiting.clear();
        tell({ push: 'station-away' });
      }
      setTimeout(connect, BACKOFF_MS[Math.min(failures++, BACKOFF_MS.length - 1)]);
    };
  };
  connect();

  return {
    request({ command, input }) {
      const open = socket;
      if (open === undefined || open.readyState !== WebSocket.OPEN) return Promise.resolve(AWAY);
      const id = nextId++;
      const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
      open.send(JSON.stringify({ id, command, input }));
      return withDeadline(reply, () => waiting.delete(id));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function parseMessage(data: unknown): Push | Reply | undefined {
  try {
    const value: unknown = JSON.parse(String(data));
    const isMessage = typeof value === 'object' && value !== null && ('push' in value || 'id' in value);
    return isMessage ? (value as Push | Reply) : undefined;
  } catch {
    return undefined;
  }
}

function withDeadline(reply: Promise<Reply>, onLate?: () => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      onLate?.();
      resolve(AWAY);
    }, REPLY_DEADLINE_MS);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
