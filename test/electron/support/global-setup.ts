/** Once for all tests of the app: a display where there is none, and the staged app. Both are gone when the tests have ended. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { whySkipped } from './binary.ts';
import { stageApp } from './stage.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the staged app is; empty where the tests that need it are skipped. */
    readonly stage: string;
  }
}

const DISPLAY_WITHIN_MS = 20_000;

const undo: (() => void)[] = [];

export async function setup(project: TestProject): Promise<void> {
  const reason = whySkipped();
  if (reason !== undefined) {
    process.stderr.write(`The tests of the app are skipped: ${reason}\n`);
    return project.provide('stage', '');
  }
  const stage = stageApp({ isDriven: false });
  undo.push(() => rmSync(stage, { recursive: true, force: true }));
  project.provide('stage', stage);
  if (process.env.DISPLAY === undefined) undo.push(await openDisplay());
}

export function teardown(): void {
  for (const step of undo.reverse()) step();
}

/** An X server of our own; it says its number on its third descriptor. */
async function openDisplay(): Promise<() => void> {
  const args = ['-displayfd', '3', '-screen', '0', '2000x1300x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('Xvfb did not start')), DISPLAY_WITHIN_MS);
    server.once('exit', () => reject(new Error('Xvfb ended')));
    server.stdio[3]?.once('data', (data) => {
      clearTimeout(late);
      resolve(String(data).trim());
    });
  });
  process.env.DISPLAY = `:${number}`;
  return () => void server.kill();
}
