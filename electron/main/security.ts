/**
 * What no page may do, whatever it is: leave its origin, open a window, ask for a permission, reach a network, embed another
 * page. Set for the session and for every web contents before any page is loaded.
 * Must not: have an exception for a page of ours; a page that needs more asks the station.
 */
import { app, type Session, type WebContents } from 'electron';
import { ORIGIN } from './app-protocol.ts';

/** Addresses that a page of ours makes itself: what it exports is saved from a blob. */
const OWN_BLOB = `blob:${ORIGIN}/`;

export function isOwnAddress(address: string): boolean {
  return address === ORIGIN || address.startsWith(`${ORIGIN}/`);
}

export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  // Beside the policy of the page: whatever it is made to ask for, nothing but its own files is answered.
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !(isOwnAddress(url) || url.startsWith(OWN_BLOB) || url.startsWith('devtools:')) });
  });
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(OWN_BLOB)) event.preventDefault();
  });
}

/** Before ready, so that no web contents is missed. */
export function hardenContents(): void {
  app.on('web-contents-created', (_event, contents) => harden(contents));
}

function harden(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', stayHome);
  contents.on('will-redirect', stayHome);
  contents.on('will-frame-navigate', stayHome);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

function stayHome(event: { readonly url: string; preventDefault(): void }): void {
  if (!isOwnAddress(event.url)) event.preventDefault();
}
