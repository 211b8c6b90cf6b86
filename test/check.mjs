// Types of each layer under its own settings, lint and format, dead code. The layer test runs with the tests.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const layers = readdirSync(join(root, 'electron'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `electron/${entry.name}`);
const projects = [...layers, 'renderer', 'test', 'test/electron'].filter((dir) =>
  existsSync(join(root, dir, 'tsconfig.json')),
);
if (projects.length < 5) throw new Error(`only ${projects.length} TypeScript projects found`);

const steps = [
  ...projects.map((dir) => [`types ${dir}`, bin('tsc'), ['-p', dir]]),
  ['lint and format', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['dead code', bin('knip'), []],
];
const failed = [];
for (const [name, command, args] of steps) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failed.push(name);
}
console.log(
  failed.length === 0 ? `check: ${steps.length} steps passed` : `check: failed: ${failed.join(', ')}`,
);
process.exit(failed.length === 0 ? 0 : 1);
