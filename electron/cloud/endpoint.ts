/**
 * Where the calls go: the order's endpoint, checked. The service would take clear-text calls for most actions
 * (OnsMqtt 2020-04-20, metadata), so that refusing them is ours to do.
 * Must not: follow an endpoint that could carry a secret in the clear over a network.
 */
import { StationError } from '../domain/errors.ts';

export interface Endpoint {
  readonly protocol: 'HTTP' | 'HTTPS';
  /** `host` or `host:port`, as the Host header carries it. */
  readonly host: string;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

/**
 * Rejects CLOUD_NEEDS_HTTPS for anything but `https:`, or `http:` to a loopback address; CLOUD_PARAMETER for
 * what is not the bare address of a server.
 */
export function parseEndpoint(text: string): Endpoint {
  if (!URL.canParse(text)) throw new StationError('CLOUD_PARAMETER', { field: 'endpoint' });
  const url = new URL(text);
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    if (!bare) throw new StationError('CLOUD_PARAMETER', { field: 'endpoint' });
    return { protocol: url.protocol === 'https:' ? 'HTTPS' : 'HTTP', host: url.host };
  }
  throw new StationError('CLOUD_NEEDS_HTTPS', { host: url.host });
}
