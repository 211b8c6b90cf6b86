// Runs everything there is: checks, build, every test project. `--soak` widens the long campaigns (hours become
// minutes in the ordinary run). Ends with one line, `N passed, N failed, N skipped`, and fails if nothing ran.
// `--only a,b` narrows to some of the steps; `--no-check` leaves the static checks out (a second runtime's repeat).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const results = join(root, 'test-results');
const { values } = parseArgs({
  options: { soak: { type: 'boolean' }, only: { type: 'string' }, 'no-check': { type: 'boolean' } },
});
const total = { passed: 0, failed: 0, skipped: 0 };
/** What failed, a line each: told again at the end, where whoever reads a log looks first. */
const failures = [];
const env = { ...process.env, ...(values.soak ? { KEYBENCH_SOAK: '1' } : {}) };
// The AccessKey of whoever runs the tests has no business in them.
for (const name of Object.keys(env)) if (name.startsWith('ALIBABA_CLOUD_')) delete env[name];

if (!existsSync(join(root, 'node_modules/vitest'))) run('npm', ['ci']);
mkdirSync(results, { recursive: true });

const steps = {
  check: () => (values['no-check'] ? undefined : counted('check', run(process.execPath, ['test/check.mjs']))),
  build: () => counted('build', run(process.execPath, ['electron/build.mjs'])),
  unit: () => vitest('unit'),
  architecture: () => vitest('architecture'),
  service: () => {
    busybox();
    vitest('service');
  },
  contract: () => vitest('contract'),
  renderer: () => vitest('renderer'),
  electron: () => vitest('electron'),
  browser,
  firmware,
};
const chosen = values.only ? values.only.split(',') : Object.keys(steps);
for (const name of chosen) {
  if (steps[name] === undefined)
    throw new Error(`no such step: ${name}; there are ${Object.keys(steps).join(', ')}`);
  console.log(`\n── ${name}`);
  steps[name]();
}
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

function counted(name, isWell) {
  total[isWell ? 'passed' : 'failed'] += 1;
  if (!isWell) failures.push(name);
}

/** One of the real shells that the profile for Linux consoles is held to; where it cannot be had, its tests are skipped and counted. */
function busybox() {
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!isDebianRoot || existsSync('/usr/bin/busybox') || existsSync('/bin/busybox')) return;
  if (run('apt-get', ['install', '-y', '-qq', 'busybox'])) return;
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', 'busybox']);
}

/**
 * The pages in an installed Chromium: nothing cut, nothing overlapping, axe clean, in both languages, light and dark. As root on
 * Debian the browser is installed; else, without one, the step is skipped, counted, and says how to get it.
 */
function browser() {
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isDebianRoot && !existsSync('/usr/bin/chromium')) {
    const packages = ['install', '-y', '-qq', 'chromium', 'fonts-noto-cjk'];
    if (!run('apt-get', packages)) {
      run('apt-get', ['update', '-qq']);
      run('apt-get', packages);
    }
  }
  const report = join(results, 'browser.json');
  rmSync(report, { force: true });
  // In the ordinary run each 61st page, so that language, light and size change from one to the next; all in the soak.
  const part = values.soak ? [] : ['--every=61'];
  const isWell = run(process.execPath, [
    'test/e2e/gallery/shoot.mjs',
    ...part,
    '--no-pictures',
    `--report=${report}`,
  ]);
  const {
    passed = 0,
    failed = isWell ? 0 : 1,
    skipped = 0,
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  if (failed > 0) failures.push('browser: pages (named above)');
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

/**
 * The reference device end in C: its own checks, and the service tests of units with it in the emulator's place. What a
 * machine lacks a tool for is skipped, counted, and says what to install.
 */
function firmware() {
  if (env.KEYBENCH_REPEAT === '1') return vitest('firmware');
  for (const target of ['check', 'sanitize', 'fuzz-replay', 'drive', 'size']) make(target);
  if (values.soak) make('fuzz', 'SECONDS=600');
  vitest('firmware');
}

/** One target of the device end; 77 says that a tool is missing. */
function make(target, ...variables) {
  const args = ['test/firmware/tools/make.sh', target, '-s', '-j2', ...variables];
  const { status, error } = spawnSync('sh', args, { cwd: root, stdio: 'inherit', env });
  if (status !== 77 && error === undefined) return counted(`firmware ${target}`, status === 0);
  if (error) console.log(`skipped: no shell (${error.message})`);
  total.skipped += 1;
}

/** One Vitest project, counted from its own report; a project in which nothing ran has failed. */
function vitest(project) {
  const report = join(results, `${project}.json`);
  rmSync(report, { force: true });
  const args = ['run', '-c', 'test/vitest.config.mts', '--project', project, '--reporter=default'];
  const isWell = run(process.execPath, [
    'node_modules/vitest/vitest.mjs',
    ...args,
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
    testResults = [],
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  total.passed += numPassedTests;
  total.skipped += numPendingTests;
  // A file that does not load fails no test of its own, but it has failed.
  total.failed +=
    numFailedTests > 0 ? numFailedTests : isWell && numPassedTests + numPendingTests > 0 ? 0 : 1;
  if (!isWell || numPassedTests + numPendingTests === 0) failures.push(...named(project, testResults));
}

/** The failed tests of a report with the first line of what each said; a file that did not load stands for itself. */
function named(project, files) {
  const lines = [];
  for (const { name, status, message, assertionResults } of files) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of failed) lines.push([`${fullName}`, failureMessages[0]]);
    if (status === 'failed' && failed.length === 0) lines.push([relative(root, name), message]);
  }
  if (lines.length === 0) lines.push(['the run itself', 'no test of it failed, or none ran']);
  return lines.map(([name, said]) => `${project}: ${name}: ${(said ?? '').split('\n')[0]}`);
}
