/**
 * The app's entry: a thin shell around the window and the station process. It wires, and decides only whether to start at all.
 * Must not: hold station logic, or await at the top: Electron is ready only after this file has run to its end.
 */
import { dirname, join } from 'node:path';
import { app, dialog, safeStorage, session } from 'electron';
import { languageOf } from '../hosts/environment.ts';
import { readStaticFiles } from '../hosts/static-files.ts';
import { registerScheme, servePage } from './app-protocol.ts';
import { type AppArguments, parseAppArguments } from './arguments.ts';
import { type Bench, createProductionBench, createTrainingBench } from './bench.ts';
import { serveContract } from './ipc-host.ts';
import { createLateBackend } from './late-backend.ts';
import { setMenu } from './menu.ts';
import { keepAwake } from './power.ts';
import { refusedSwitch } from './refused-switches.ts';
import { hardenContents, hardenSession } from './security.ts';
import { askBeforeClosing, quitInOrder } from './shutdown.ts';
import { startOrSayWhy } from './start-failure.ts';
import { shellTexts } from './texts.ts';
import { createWindow, focus, showPage } from './window.ts';

/** The built files lie beside the one that runs. */
const DIST = __dirname.endsWith('chunks') ? dirname(__dirname) : __dirname;
const PRODUCTION = 'Keybench';
const TRAINING = 'Keybench Training';

const args = readArguments();
const switchRefused = refusedSwitch(app);
if (switchRefused !== undefined) refuseToStart(`--${switchRefused}: not taken by an installed Keybench`);
if (args !== undefined && switchRefused === undefined) begin(args);

function begin(args: AppArguments): void {
  app.setName(args.isTraining ? TRAINING : PRODUCTION);
  // Beside production, with a lock of its own. A directory that was named is kept.
  if (!app.commandLine.hasSwitch('user-data-dir'))
    app.setPath('userData', join(app.getPath('appData'), app.name));
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  app.enableSandbox();
  registerScheme();
  hardenContents();
  void app.whenReady().then(() => open(args));
}

function open(args: AppArguments): void {
  const language = languageOf({ LANG: app.getLocale() });
  const texts = shellTexts(language);
  hardenSession(session.defaultSession);
  servePage(session.defaultSession, readStaticFiles(join(DIST, 'renderer')));
  setMenu(process.platform);

  const backend = createLateBackend();
  const window = createWindow({ dir: DIST, hasDevTools: !app.isPackaged, texts, onGiveUp: () => app.quit() });
  const work = keepAwake(backend);
  const keystore = {
    safeStorage,
    platform: process.platform,
    path: join(app.getPath('userData'), 'access-key.sealed'),
  };
  const create = args.isTraining ? createTrainingBench : createProductionBench;
  const starting = create({ args, dir: DIST, keystore });
  const shutdown = quitInOrder({ close: async () => (await starting).close() });
  serveContract(backend, window.webContents);
  askBeforeClosing(window, work, shutdown, texts);
  app.on('second-instance', () => focus(window));
  app.on('activate', () => focus(window));
  showPage(window);
  starting
    .then((bench: Bench) => {
      backend.attach(bench.backend);
      return startOrSayWhy(bench.station, { window, shutdown, texts, language, onQuit: () => app.quit() });
    })
    // The training bench has no way to try again.
    .catch((error: unknown) => {
      dialog.showErrorBox(texts.cannotStart, error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
}

/** What is wrong is said before anything is opened: on Linux on standard error, elsewhere in a box. */
function readArguments(): AppArguments | undefined {
  try {
    return parseAppArguments(process.argv.slice(app.isPackaged ? 1 : 2));
  } catch (error) {
    refuseToStart(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function refuseToStart(reason: string): void {
  dialog.showErrorBox('Keybench', reason);
  app.exit(2);
}
