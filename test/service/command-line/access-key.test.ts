/** The AccessKey is read from the environment once; whoever looks at the process afterwards does not find it there. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createFloor } from '../../support/floor.ts';
import { ACCESS_ENV, start } from '../../support/keybench.ts';

const environmentOf = (pid: number | undefined) => readFileSync(`/proc/${pid}/environ`, 'latin1');

it.skipIf(process.platform !== 'linux')('a running station shows no AccessKey in /proc', async () => {
  const floor = await createFloor();
  const absent = await floor.unit({ powered: false });
  const env = { ...ACCESS_ENV, ALIBABA_CLOUD_SECURITY_TOKEN: 'test-token', KEYBENCH_TEST_LAST: 'stays' };
  const running = start(floor.run([absent], floor.order(), '--wait', '600'), { env });
  await running.line(({ event }) => event === 'slot-waiting');
  const shown = environmentOf(running.child.pid);
  for (const value of ['test-key', 'test-secret', 'test-token']) expect(shown).not.toContain(value);
  expect(shown).toContain('KEYBENCH_TEST_LAST=stays');
  expect(shown).toContain(`PATH=${process.env.PATH}`);
});
