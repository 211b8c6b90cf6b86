// `npm run bench`: the bars, what was measured, and how. `--units N` sets the ledger's size (a million by default takes some
// minutes to fill), `--heap-minutes N` how long the page is watched (10; up to 2: not at all). `--only runs,chips,storm,ledger,board,window` narrows. Exits 0 also where a bar is missed: figures of a noisy machine are for people to read.
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { benchWindow } from './window.mjs';

const root = resolve(import.meta.dirname, '../..');
process.chdir(root);
const { values } = parseArgs({
  options: {
    units: { type: 'string', default: '1000000' },
    'heap-minutes': { type: 'string', default: '10' },
    only: { type: 'string', default: 'runs,chips,storm,ledger,board,window' },
  },
});
const units = Number(values.units);
const isWanted = (name) => values.only.split(',').includes(name);
const out = join(root, 'test-results/bench');
await build({
  configFile: join(root, 'electron/vite.config.mts'),
  build: {
    outDir: out,
    rolldownOptions: {
      input: Object.fromEntries(
        ['runs', 'esp32', 'storm', 'ledger', 'bench-plug'].map((name) => [
          name,
          join(root, `test/bench/${name}.ts`),
        ]),
      ),
    },
  },
});
// The modem lines of emulated chips are built from their source, which is looked for beside whoever builds them.
copyFileSync(join(root, 'test/support/esp32/modem-shim.c'), join(out, 'modem-shim.c'));
const load = createRequire(join(out, 'x.js'));
const say = (what, bar, measured, how) =>
  console.log(`${what}\n  bar       ${bar}\n  measured  ${measured}\n  how       ${how}\n`);

console.log(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}\n`);
spawnSync(process.execPath, [join(root, 'electron/build.mjs')], { stdio: 'inherit' });

if (isWanted('runs')) await runs();
if (isWanted('chips')) await chips();
if (isWanted('storm')) await storm();
if (isWanted('ledger')) await ledgers();
if (isWanted('board'))
  spawnSync(process.execPath, [join(root, 'test/bench/board.mjs')], { stdio: 'inherit' });
if (isWanted('window')) await windows();
process.exit(0);

async function runs() {
  const { benchRuns, benchCpu } = load('./runs.js');
  const how =
    'keybench run over pseudo-terminals at 115200 baud; unit: 1.5 s boot, 0.2 s reset, 2 × 0.15 s flash; cloud 40 ms';
  for (const [count, bar] of [
    [1, 1.1],
    [32, 1.15],
  ]) {
    const { wallMs, slowestMs, unavoidableMs, ratio, slowestRatio } = await benchRuns(count);
    say(
      `A run, ${count} at once: wall time / unavoidable`,
      `≤ ${bar}`,
      `median ${ratio}, slowest ${slowestRatio}  (${wallMs} and ${slowestMs} ms / ${unavoidableMs} ms)`,
      count === 1
        ? how
        : `${how}; 20 calls a second to the cloud, two for each unit before it can be written`,
    );
  }
  say(
    'Station CPU per unit',
    '≤ 20 ms',
    `${(await benchCpu(24, 96)).toFixed(1)} ms`,
    'eight slots, units coming and going: process.cpuUsage (user and system) of 120 units less that of 24, over 96',
  );
}

async function chips() {
  const { benchChip } = load('./esp32.js');
  for (const baudRate of [115_200, 460_800]) {
    const { steps, writeMs, wholeMs, stockMs, esptoolMs } = await benchChip(baudRate);
    const parts = steps.map(({ name, ms, wireMs }) => `${name} ${ms} (wire ${wireMs})`).join(', ');
    const theirs = `esptool-js as it comes ${stockMs ?? 'failed'} ms, esptool ${esptoolMs === undefined ? 'not installed' : `${esptoolMs} ms`}`;
    say(
      `A chip at ${baudRate} baud: the write, held against Espressif's tools on the same chip`,
      'no slower',
      `${writeMs} ms; ${theirs}; the whole run with restart and proof ${wholeMs} ms`,
      `medians of five, warm; ms: ${parts}; ROM 30 ms, erase 45 ms, page 0.7 ms, bytes paced`,
    );
  }
}

async function storm() {
  const { calmMs, besideMs, ratio, stormKiB } = await load('./storm.js').benchStorm();
  say(
    'A console beside seven ports that never stop: its run / the same beside seven silent ones',
    '≤ 1.1',
    `${ratio}  (${besideMs} ms / ${calmMs} ms; the seven sent ${stormKiB} KiB a second)`,
    'medians of ten, warm; Zephyr shell over pseudo-terminals, profile zephyr-settings; each storm at 921,600 baud',
  );
}

async function ledgers() {
  const { benchLedger } = load('./ledger.js');
  const ledger = await benchLedger(units);
  const p99 = (spread) => `${spread.p99.toFixed(1)} ms`;
  const searches = Object.entries(ledger.search)
    .map(([kind, spread]) => `${kind} ${p99(spread)}`)
    .join(', ');
  say(
    `Ledger of ${units} units: is this ClientId known, p99`,
    '≤ 20 ms',
    `known ${p99(ledger.isKnown)}, unknown ${p99(ledger.isUnknown)}`,
    '2,000 questions',
  );
  say(`Ledger of ${units} units: search, p99`, '≤ 20 ms', searches, '300 searches of each kind');
  say(
    `Ledger of ${units} units: start`,
    '≤ 1 s',
    `${Math.round(ledger.openMs)} ms`,
    'the slowest of five openings for writing',
  );
}

async function windows() {
  const figures = await benchWindow(load('./bench-plug.js'), { heapMinutes: Number(values['heap-minutes']) });
  if (figures === undefined) return say('The window', '', 'skipped: no Chromium, Chrome or Edge found', '');
  const { coldStart, plugToTile, alreadyDone, heap } = figures;
  const times = ({ median, slowest }) => `median ${median} ms, slowest ${slowest} ms`;
  say(
    'Cold start of serve to the first tile',
    '≤ 2 s',
    times(coldStart),
    'five starts of node dist/cli.js serve with eight units; the browser runs already',
  );
  say(
    'Plug to tile',
    '≤ 1 s',
    times(plugToTile),
    'ten units plugged in while eight slots are shown; until its tile says something else than ready',
  );
  say(
    'A unit that is already done: plug to its tile saying so',
    '≤ 2 s',
    times(alreadyDone),
    'ten units that passed, pulled out and plugged in again',
  );
  if (heap === undefined) return;
  const mib = (bytes) => (bytes === undefined ? '?' : `${(bytes / 2 ** 20).toFixed(1)} MiB`);
  say(
    `${heap.minutes} minutes of training with 64 slots: heap of the page after collection, end / minute two`,
    '≤ 1.1',
    `${heap.ratio.toFixed(2)}  (${mib(heap.late.heap)} / ${mib(heap.early.heap)})`,
    `resident memory of the host and station processes: ${mib(heap.late.rss)} / ${mib(heap.early.rss)}`,
  );
}
