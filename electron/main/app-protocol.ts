/**
 * The page's address, `app://station/`: a scheme of our own, so that nothing is ever loaded from a file or a network.
 * Must not: read a file at a page's wish; it answers from what was read at the start, and 404 for all else.
 */
import { protocol, type Session } from 'electron';
import type { StaticFile } from '../hosts/static-files.ts';

const SCHEME = 'app';
export const ORIGIN = `${SCHEME}://station`;
export const PAGE = `${ORIGIN}/`;

/** To be called before Electron is ready. `standard` gives the page an origin with storage and relative addresses. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }]);
}

export function servePage(session: Session, files: ReadonlyMap<string, StaticFile>): void {
  session.protocol.handle(SCHEME, ({ url, method }) => answer(files, url, method));
}

function answer(files: ReadonlyMap<string, StaticFile>, address: string, method: string): Response {
  const { host, pathname } = new URL(address);
  const file = host === 'station' ? files.get(pathname) : undefined;
  if (method !== 'GET' || file === undefined) return new Response(null, { status: 404 });
  return new Response(new Uint8Array(file.content), { headers: file.headers });
}
