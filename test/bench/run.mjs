// `npm run bench`: the bars, what was measured, and how. `--units N` sets the ledger's size (a million by default takes some
// minutes to fill). Exits 0 also where a bar is missed: figures of a noisy machine are for people to read.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { runnerImport } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const at = process.argv.indexOf('--units');
const units = at < 0 ? 1_000_000 : Number(process.argv[at + 1]);
const load = async (name) =>
  (await runnerImport(join(root, 'test/bench', name), { configFile: false, root })).module;
const say = (what, bar, measured, how) =>
  console.log(`${what}\n  bar       ${bar}\n  measured  ${measured}\n  how       ${how}\n`);

console.log(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}\n`);
spawnSync(process.execPath, [join(root, 'electron/build.mjs')], { stdio: 'inherit' });

const { benchRuns } = await load('runs.ts');
for (const [count, bar] of [
  [1, 1.1],
  [32, 1.15],
]) {
  const { wallMs, unavoidableMs, ratio, cpuMsPerUnit } = await benchRuns(count);
  const how =
    'keybench run over pseudo-terminals at 115200 baud; unit: 1.5 s boot, 0.2 s reset, 2 × 0.15 s flash; cloud 40 ms';
  say(
    `A run, ${count} at once: wall time / unavoidable`,
    `≤ ${bar}`,
    `${ratio}  (${wallMs} ms / ${unavoidableMs} ms, median)`,
    how,
  );
  say(
    `Station CPU per unit, ${count} at once`,
    '≤ 20 ms',
    `${cpuMsPerUnit} ms`,
    'process.cpuUsage of the station, an idle start taken off; loading its parts is in it',
  );
}

const { benchLedger } = await load('ledger.ts');
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

spawnSync(process.execPath, [join(root, 'test/bench/board.mjs')], { stdio: 'inherit' });
