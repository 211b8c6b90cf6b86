// The window's bars over the built program and real pseudo-terminals: cold start of `serve` to the first tile, plug to tile,
// "already done" of a unit that comes back, and what the page's heap does in ten minutes of training with 64 slots.
// `benchWindow(load, { heapMinutes })` returns the figures, in milliseconds and bytes; undefined where there is no browser.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findBrowser, startBrowser } from '../e2e/gallery/browser.mjs';

const CLI = 'dist/cli.js';
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
const FIRST_TILE = 'main li [data-form]';

export async function benchWindow(load, { heapMinutes }) {
  const executablePath = findBrowser();
  if (executablePath === undefined) return undefined;
  const browser = await startBrowser(executablePath);
  try {
    const coldStart = [];
    for (let turn = 0; turn < 5; turn += 1) coldStart.push(await coldStartMs(load, browser));
    return {
      coldStart: spread(coldStart),
      ...(await plugTimes(load, browser)),
      heap: heapMinutes > 2 ? await heapOfTraining(browser, heapMinutes) : undefined,
    };
  } finally {
    await browser.close();
  }
}

/** From starting the process to a tile in a browser that is already open. */
async function coldStartMs({ createBenchPlug, ACCESS }, browser) {
  const bench = await createBenchPlug(8);
  await Promise.all(bench.links.map((link, index) => bench.plug(link, `COLD${index}`)));
  const page = await browser.newPage();
  await page.goto('about:blank');
  // A page that has just been made keeps the browser busy; that is not the station's time.
  await page.waitForTimeout(1_500);
  const start = performance.now();
  const station = await serve(['serve', ...portsOf(bench)], ACCESS);
  await page.goto(station.url, { waitUntil: 'commit' });
  await page.waitForSelector(FIRST_TILE);
  const ms = performance.now() - start;
  await page.close();
  await station.stop();
  await bench.close();
  return ms;
}

/** From plugging a unit in to its tile being busy; and, for one that passed and comes back, to its tile saying so. */
async function plugTimes({ createBenchPlug, ACCESS }, browser) {
  const bench = await createBenchPlug(8);
  const units = await Promise.all(bench.links.map((link, index) => bench.plug(link, `FIRST${index}`)));
  const page = await browser.newPage();
  const station = await serve(['serve', ...portsOf(bench)], ACCESS);
  const shows = (form, count) =>
    page.waitForFunction(
      ([name, wanted]) => document.querySelectorAll(`main li [data-form=${name}]`).length === wanted,
      [form, count],
      { timeout: 60_000, polling: 10 },
    );
  await page.goto(station.url);
  await shows('passed', 8);
  const plugToTile = [];
  const alreadyDone = [];
  for (let turn = 0; turn < 10; turn += 1) {
    const at = turn % 8;
    units[at].unplug();
    await shows('ready', 1);
    const plugged = performance.now();
    units[at] = await bench.plug(bench.links[at], `NEXT${turn}`);
    await shows('ready', 0);
    plugToTile.push(performance.now() - plugged);
    await shows('passed', 8);
    units[at].unplug();
    await shows('ready', 1);
    const back = performance.now();
    await units[at].plug();
    await shows('done', 1);
    alreadyDone.push(performance.now() - back);
    units[at].unplug();
    await shows('ready', 1);
    units[at] = await bench.plug(bench.links[at], `AFTER${turn}`);
    await shows('passed', 8);
  }
  await page.close();
  await station.stop();
  await bench.close();
  return { plugToTile: spread(plugToTile), alreadyDone: spread(alreadyDone) };
}

/** Bytes of the page's heap after collection, in minute two and at the end of ten minutes of training. */
async function heapOfTraining(browser, minutes) {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const station = await serve(['train', '--units', '64']);
  await page.goto(station.url);
  await page.waitForSelector(FIRST_TILE);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  const heap = async () => {
    for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  await page.waitForTimeout(2 * 60_000);
  const early = { heap: await heap(), rss: rssOf(station.pid) };
  await page.waitForTimeout((minutes - 2) * 60_000);
  const late = { heap: await heap(), rss: rssOf(station.pid) };
  await page.close();
  await station.stop();
  return { minutes, early, late, ratio: late.heap / early.heap };
}

function portsOf(bench) {
  const ledger = join(bench.dir, 'serve.db');
  return ['--work-order', bench.orderPath, '--ports', bench.links.join(','), '--ledger', ledger];
}

async function serve(args, access = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [CLI, ...args, '--no-open'], {
    env: { PATH, HOME, ...access },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.on('close', () => children.delete(child));
  const ended = new Promise((done) => child.on('close', done));
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((done, failed) => {
    lines.once('line', (line) => done(JSON.parse(line).url));
    child.once('close', (status) => failed(new Error(`${args[0]} ended with ${status}`)));
  });
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resident bytes of a process and its children, by their name; Linux only. */
function rssOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean);
    return [pid, ...children].reduce((sum, each) => {
      const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8')) ?? [];
      return sum + Number(kib ?? 0) * 1024;
    }, 0);
  } catch {
    return undefined;
  }
}

function spread(times) {
  const sorted = times.toSorted((a, b) => a - b).map((ms) => Math.round(ms));
  return { median: sorted[Math.floor(sorted.length / 2)], slowest: sorted.at(-1) };
}
