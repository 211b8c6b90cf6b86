// `npm run bench`: the bars, what was measured, and how. `--units N` sets the ledger's size (a million by default takes some
// minutes to fill). Exits 0 also where a bar is missed: figures of a noisy machine are for people to read.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');
process.chdir(root);
const at = process.argv.indexOf('--units');
const units = at < 0 ? 1_000_000 : Number(process.argv[at + 1]);
const out = join(root, 'test-results/bench');
await build({
  configFile: join(root, 'electron/vite.config.mts'),
  build: {
    outDir: out,
    rolldownOptions: {
      input: { runs: join(root, 'test/bench/runs.ts'), ledger: join(root, 'test/bench/ledger.ts') },
    },
  },
});
const load = createRequire(join(out, 'x.js'));
const say = (what, bar, measured, how) =>
  console.log(`${what}\n  bar       ${bar}\n  measured  ${measured}\n  how       ${how}\n`);

console.log(`Node ${process.version}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}\n`);
spawnSync(process.execPath, [join(root, 'electron/build.mjs')], { stdio: 'inherit' });

const { benchRuns } = load('./runs.js');
const cpu = new Map();
for (const [count, bar] of [
  [1, 1.1],
  [32, 1.15],
]) {
  const { wallMs, unavoidableMs, ratio, cpuMs } = await benchRuns(count);
  cpu.set(count, cpuMs);
  const how =
    'keybench run over pseudo-terminals at 115200 baud; unit: 1.5 s boot, 0.2 s reset, 2 × 0.15 s flash; cloud 40 ms';
  say(
    `A run, ${count} at once: wall time / unavoidable`,
    `≤ ${bar}`,
    `${ratio}  (${wallMs} ms / ${unavoidableMs} ms, median)`,
    how,
  );
}
say(
  'Station CPU per unit',
  '≤ 20 ms',
  `${((cpu.get(32) - cpu.get(1)) / 31).toFixed(1)} ms`,
  'process.cpuUsage of a run of 32 less a run of 1, over 31: a process that has just started, waiting for boots included',
);

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

spawnSync(process.execPath, [join(root, 'test/bench/board.mjs')], { stdio: 'inherit' });
