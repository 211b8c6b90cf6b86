/**
 * The window: one, over the page alone, sandboxed. A page that dies is loaded anew; all state is the station's, so nothing is lost.
 * Must not: loosen a web preference; a test compares them with what is written here.
 */
import { join } from 'node:path';
import { BrowserWindow, dialog, nativeTheme } from 'electron';
import { PAGE } from './app-protocol.ts';
import { isOwnAddress } from './security.ts';
import type { ShellTexts } from './texts.ts';

/** So many deaths within this time, and a person is asked. */
const DEATHS_MAX = 3;
const DEATHS_WITHIN_MS = 60_000;

/** The page's ground (`--bench` of its tokens), so that nothing flashes before it is drawn. */
const BENCH = { light: '#e8ebef', dark: '#0c0f14' } as const;

export interface WindowParts {
  /** Where the built preload.cjs is. */
  readonly dir: string;
  readonly hasDevTools: boolean;
  readonly texts: ShellTexts;
  readonly onGiveUp: () => void;
}

/** Not shown yet, and no page in it: `show` does both, after everything that the page needs is there. */
export function createWindow({ dir, hasDevTools, texts, onGiveUp }: WindowParts): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Keybench',
    icon: join(dir, 'icon.png'),
    width: 1280,
    height: 800,
    minWidth: 800,
    minHeight: 600,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BENCH.dark : BENCH.light,
    webPreferences: {
      preload: join(dir, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Its dictionaries would be fetched from a network.
      spellcheck: false,
      devTools: hasDevTools,
    },
  });
  window.once('ready-to-show', () => window.show());
  // `about:blank` alone asks nobody before it comes (Electron emits no will-navigate for it); the page is brought back.
  window.webContents.on('did-navigate', (_event, address) => {
    if (!isOwnAddress(address)) showPage(window);
  });
  loadAnewAfterDeath(window, texts, onGiveUp);
  return window;
}

export function showPage(window: BrowserWindow): void {
  // A page that cannot be loaded leaves a blank window; it comes from memory, so that is a fault of the build.
  window.loadURL(PAGE).catch(() => window.show());
}

/** To the front, as when a second start was tried. */
export function focus(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function loadAnewAfterDeath(window: BrowserWindow, texts: ShellTexts, onGiveUp: () => void): void {
  let deaths: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    if (deaths.length <= DEATHS_MAX) return window.webContents.reload();
    deaths = [];
    const { pageLost: message, pageLostDetail: detail, loadAgain, quit } = texts;
    const question = { type: 'error' as const, message, detail, buttons: [loadAgain, quit], cancelId: 0 };
    void dialog.showMessageBox(window, question).then(({ response }) => {
      if (response === 0) window.webContents.reload();
      else onGiveUp();
    });
  });
}
