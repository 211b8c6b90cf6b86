/** The contract over Electron: the suite that every host has to keep. Electron has one window, so its pages are one. */
import { describe } from 'vitest';
import { contractSuite, type HostUnderTest } from '../contract/suite.ts';
import { connectPage, startApp } from './support/app.ts';
import { whySkipped } from './support/binary.ts';

const skipped = whySkipped();

async function electronHost(): Promise<HostUnderTest> {
  const started = await startApp(['--training', '--units', '3']);
  await started.page.waitForSelector('nav');
  return {
    connect: async () => ({ ...(await connectPage(started.page)), close: () => undefined }),
    close: async () => started[Symbol.asyncDispose](),
  };
}

describe.skipIf(skipped)(`with a real binary${skipped ? ` (${skipped})` : ''}`, () => {
  contractSuite('Electron', electronHost);
});
