// Photographs the gallery into test-results/gallery and checks each page: nothing cut, nothing overlapping, axe clean,
// nothing refused by the policy. `node test/e2e/gallery/shoot.mjs [PART-OF-NAME …] [--no-build] [--grey] [--no-pictures]
// [--every=N] [--from=N] [--report=FILE] [--docs]`: each Nth page alone; from the Nth page on; the counts as JSON; the documents'
// pictures made anew.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { findBrowser, startBrowser } from './browser.mjs';
import { inspectPage } from './inspect-page.mjs';
import { serveSite } from './serve.mjs';
import { allShots, DOCUMENTS } from './shots.mjs';

const NOW = new Date('2026-11-24T06:32:05.000Z');
const root = resolve(import.meta.dirname, '../../..');
const out = join(root, 'test-results/gallery');
const flags = new Set(process.argv.slice(2).filter((arg) => arg.startsWith('--')));
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));

const option = (name) => [...flags].find((flag) => flag.startsWith(`--${name}=`))?.split('=')[1];
const every = Number(option('every') ?? 1);
const from = Number(option('from') ?? 0);
const report = (counts) => option('report') && writeFileSync(option('report'), JSON.stringify(counts));

const executablePath = findBrowser();
if (executablePath === undefined) {
  console.log(
    'skipped: no Chromium, Chrome or Edge found; on Debian: apt-get install chromium fonts-noto-cjk',
  );
  report({ passed: 0, failed: 0, skipped: 1 });
  process.exit(0);
}
mkdirSync(out, { recursive: true });
if (!flags.has('--no-build')) await build({ configFile: join(import.meta.dirname, 'vite.config.mts') });

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
const site = await serveSite(join(out, 'site'));
const browser = await startBrowser(executablePath);
const shots = allShots().filter(
  (shot, index) =>
    index >= from &&
    index % every === 0 &&
    wanted.every((part) => shot.name.includes(part)) &&
    (!flags.has('--docs') || shot.name in DOCUMENTS),
);
let faults = 0;
let bad = 0;
for (const shot of shots) {
  const found = await photograph(shot);
  for (const fault of found.slice(0, 5)) console.log(`${shot.name}: ${fault}`);
  if (found.length > 5) console.log(`${shot.name}: and ${found.length - 5} more`);
  faults += found.length;
  if (found.length > 0) bad += 1;
}
await browser.close();
site.close();
console.log(`${shots.length} pages looked at, ${faults} faults`);
report({ passed: shots.length - bad, failed: bad, skipped: 0 });
process.exit(faults === 0 && shots.length > 0 ? 0 : 1);

async function photograph(shot) {
  const context = await browser.newContext({
    viewport: shot.size,
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Shanghai',
    locale: 'en-GB',
    bypassCSP: false,
  });
  const page = await context.newPage();
  const found = [];
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  await page.clock.install({ time: NOW });
  await page.goto(`${site.address}?${new URLSearchParams(shot.query)}`);
  await page.evaluate(() => document.fonts.ready);
  await page.clock.runFor(1500);
  for (const step of shot.steps ?? []) {
    await step(page);
    await page.clock.runFor(600);
  }
  await page.waitForTimeout(50);
  await page.evaluate(() => document.fonts.ready);
  if (!flags.has('--no-pictures')) {
    await page.screenshot({ path: join(out, `${shot.name}.png`) });
    if (flags.has('--docs'))
      copyFileSync(join(out, `${shot.name}.png`), join(root, 'docs/images', `${DOCUMENTS[shot.name]}.png`));
    if (flags.has('--grey')) await photographGrey(page, shot);
  }
  const { faults: cuts, texts } = await page.evaluate(inspectPage);
  if (texts === 0) found.push('no text at all');
  found.push(...cuts, ...(await violations(page)));
  await context.close();
  return found;
}

async function photographGrey(page, shot) {
  await page.evaluate(() => document.documentElement.style.setProperty('filter', 'grayscale(1)'));
  await page.screenshot({ path: join(out, `${shot.name}-grey.png`) });
  await page.evaluate(() => document.documentElement.style.removeProperty('filter'));
}

async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `axe ${id}: ${nodes.length} × ${nodes[0].target} ${nodes[0].failureSummary.split('\n')[1] ?? ''}`,
    );
}
