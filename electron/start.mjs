// `npm start`: the training bench. In the app where an Electron binary can be started, else in the browser; it says which
// and why. Needs nothing but `npm ci`: no account, no hardware, no configuration.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
let wasStopped = false;
/** An app that ends so soon and not well has not come up: no sandbox, no display, a library that is missing. */
const COMES_UP_WITHIN_MS = 10_000;

await import('./build.mjs');

const electron = electronBinary();
const obstacle = electron === undefined ? 'no Electron binary is installed' : whyNot();
if (obstacle === undefined) openApp(electron);
else openBrowser(obstacle);

function openApp(path) {
  console.error('Opening the training bench in the app.');
  const startedAt = performance.now();
  run(path, [root, '--training', ...args], (code, signal) => {
    const isEarly = performance.now() - startedAt < COMES_UP_WITHIN_MS;
    if (!isEarly || code === 0 || wasStopped) return process.exit(code ?? 1);
    openBrowser(`the app could not be opened (${signal ?? `status ${code}`})`);
  });
}

function openBrowser(reason) {
  console.error(`Opening the training bench in the browser: ${reason}.`);
  if (electron === undefined) console.error('For the app: `npx install-electron`, then `npm start` again.');
  run(process.execPath, [join(root, 'dist/cli.js'), 'train', ...args], (code) => process.exit(code ?? 1));
}

/** Where the `electron` package would find its binary, without starting the download that requiring it may. */
function electronBinary() {
  const marker = join(root, 'node_modules/electron/path.txt');
  const usual = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
  const name = existsSync(marker)
    ? readFileSync(marker, 'utf8').trim()
    : (usual[process.platform] ?? 'electron');
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist');
  const file = join(dist, name);
  return existsSync(file) ? file : undefined;
}

/** Why a binary that is there cannot be used; only Linux has reasons that can be known before. */
function whyNot() {
  if (process.platform !== 'linux') return undefined;
  if (process.getuid() === 0) return 'Electron does not run as root';
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display for the app';
  return undefined;
}

function run(command, given, onExit) {
  // Some editors set this for their terminals; Electron would then be a Node.
  const { ELECTRON_RUN_AS_NODE: _without, ...env } = process.env;
  const child = spawn(command, given, { cwd: root, stdio: 'inherit', env });
  const stop = (signal) => {
    wasStopped = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  child.on('error', (error) => onExit(1, error.message));
  child.on('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM']) process.off(name, stop);
    onExit(code, signal);
  });
}
