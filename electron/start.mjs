// `npm start`: the training bench. In the app where an Electron binary is present, else in the browser; it says which and
// why. Needs nothing but `npm ci`: no account, no hardware, no configuration.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

await import('./build.mjs');

const electron = electronBinary();
if (electron) {
  console.error(`Opening the training bench in the app (${electron}).`);
  run(electron, [root, '--training']);
} else {
  console.error('No Electron binary is installed, so the training bench opens in the browser.');
  console.error('The same screen as an app: run `npx install-electron` once, then `npm start` again.');
  run(process.execPath, [join(root, 'dist/cli.js'), 'train', ...process.argv.slice(2)]);
}

/** Where the `electron` package would find its binary, without starting the download that requiring it may. */
function electronBinary() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const name =
    { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron';
  const marker = join(root, 'node_modules/electron/path.txt');
  const dist = given ?? (existsSync(marker) ? join(root, 'node_modules/electron/dist') : undefined);
  if (dist === undefined) return undefined;
  const file = join(dist, given || !existsSync(marker) ? name : readFileSync(marker, 'utf8').trim());
  return existsSync(file) ? file : undefined;
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
