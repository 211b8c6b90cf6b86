/**
 * The loopback host from outside: token, Host, Origin, files; a station that dies, a page that reads slowly, a host that is
 * stopped.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createStationClient } from '../../electron/contract/client.ts';
import { findSecret } from '../support/canary.ts';
import { createFloor } from '../support/floor.ts';
import { start } from '../support/keybench.ts';
import { INSTANCE } from '../support/order.ts';
import { connectSocket } from '../support/socket-transport.ts';

async function serve(
  args: readonly string[] = ['train', '--no-open', '--units', '2'],
  env: NodeJS.ProcessEnv = {},
) {
  const running = start(args, { env, timeoutMs: 120_000 });
  const url = new URL(await running.url);
  const token = url.searchParams.get('token') ?? '';
  const socketUrl = `ws://${url.host}/socket?token=${token}`;
  return { running, url, token, socketUrl };
}

/** A raw request: fetch would not let Host and Origin be forged. */
function ask(
  url: URL,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    get({ hostname, port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    }).on('error', reject);
  });
}

const statusOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'open',
    (error: Error) => error.message,
  );

describe('the loopback host', () => {
  it('lets in who has the token, from its own page, under its own name, and nobody else', async () => {
    const { url, token, socketUrl } = await serve();
    expect((await ask(url, '/')).status).toBe(401);
    expect((await ask(url, '/?token=wrong')).status).toBe(401);
    expect((await ask(url, '/', { cookie: `keybench-${url.port}=wrong` })).status).toBe(401);
    expect((await ask(url, `/?token=${token}`, { host: `evil.example:${url.port}` })).status).toBe(403);
    expect((await ask(url, `/?token=${token}`, { origin: 'http://evil.example' })).status).toBe(403);
    const entered = await ask(url, `/?token=${token}`);
    expect(entered).toMatchObject({ status: 303, headers: { location: '/' } });
    const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
    expect(String(entered.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    const page = await ask(url, '/', { cookie });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    for (const path of [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/package.json',
      '/cli.js',
      '/.git/config',
    ]) {
      expect((await ask(url, path, { cookie })).status, path).toBe(404);
    }
    expect((await ask(url, '/', { cookie }, 'POST')).status).toBe(405);

    expect(await statusOf(connectSocket(`ws://${url.host}/socket`))).toBe('status 401');
    expect(await statusOf(connectSocket(socketUrl, { origin: 'http://evil.example' }))).toBe('status 403');
    expect(await statusOf(connectSocket(socketUrl, { host: `evil.example:${url.port}` }))).toBe('status 403');
    expect(await statusOf(connectSocket(socketUrl, { origin: url.origin }))).toBe('open');
    expect(await statusOf(connectSocket(`ws://${url.host}/socket`, { origin: url.origin, cookie }))).toBe(
      'open',
    );
  });

  it('starts the browser with an address that opens one page, since anybody here can read it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'keybench-browser-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const opened = join(dir, 'opened');
    writeFileSync(
      join(dir, 'xdg-open'),
      `#!/bin/sh\nprintf %s "$1" > ${opened}.part\nmv ${opened}.part ${opened}\n`,
      {
        mode: 0o755,
      },
    );
    const { url, token } = await serve(['train', '--units', '2'], { PATH: `${dir}:${process.env.PATH}` });
    await vi.waitFor(() => expect(existsSync(opened)).toBe(true), { timeout: 10_000 });
    const address = new URL(readFileSync(opened, 'utf8'));
    expect(address.host).toBe(url.host);
    expect(address.href).not.toContain(token);
    const entered = await ask(url, `${address.pathname}${address.search}`);
    expect(entered.status).toBe(303);
    expect((await ask(url, `${address.pathname}${address.search}`)).status).toBe(401);
    const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
    expect((await ask(url, '/', { cookie })).status).toBe(200);
  });

  it('listens on 127.0.0.1 alone', async () => {
    const { url } = await serve();
    const sockets = execFileSync('cat', ['/proc/net/tcp', '/proc/net/tcp6'], { encoding: 'utf8' });
    const port = Number(url.port).toString(16).toUpperCase().padStart(4, '0');
    const listening = sockets.split('\n').filter((line) => line.includes(`:${port} `) && / 0A /.test(line));
    expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${port}`]);
  });

  it('outlives its station: says so, has a new one, and the units carry on', async () => {
    const { running, url, socketUrl } = await serve();
    const page = await connectSocket(socketUrl, { origin: url.origin });
    const client = createStationClient(page);
    const pushes: string[] = [];
    page.subscribe(({ push }) => pushes.push(push));
    const passed = async () => {
      const view = await client.call('station.snapshot', {});
      return view.ok ? (view.output.order?.passed ?? 0) : 0;
    };
    await expect.poll(passed, { timeout: 60_000 }).toBeGreaterThan(0);
    const before = await passed();
    killStation(running.child.pid ?? 0);
    await expect.poll(() => pushes.includes('station-away'), { timeout: 10_000 }).toBe(true);
    await expect.poll(() => pushes.includes('station-back'), { timeout: 20_000 }).toBe(true);
    await expect.poll(passed, { timeout: 60_000 }).toBeGreaterThan(before);
  });

  it('serves a bench in production: the AccessKey is typed in, the order opened, the unit passes, nothing leaks', async () => {
    const floor = await createFloor();
    const only = await floor.unit();
    const orderPath = floor.order({ payload: 'secret' });
    const args = [
      'serve',
      '--no-open',
      '--ports',
      only.line.path,
      '--ledger',
      floor.ledgerPath,
      '--work-order',
      orderPath,
    ];
    const { url, socketUrl, running } = await serve(args);
    const page = await connectSocket(socketUrl, { origin: url.origin });
    let heard = '';
    page.socket.on('message', (data) => {
      heard += String(data);
    });
    const client = createStationClient(page);
    const before = await client.call('station.snapshot', {});
    expect(before).toMatchObject({ ok: true, output: { access: { source: 'missing' } } });
    expect(before.ok && before.output.order).toBeUndefined();
    expect(before.ok && before.output.slots.map((slot) => slot.state)).toEqual([{ kind: 'empty' }]);
    const untested = await client.call('access.test', { instanceId: INSTANCE, region: 'cn-hangzhou' });
    expect(untested).toMatchObject({ ok: false, error: { code: 'ACCESS_MISSING' } });
    const entered = await client.call('access.enter', {
      accessKeyId: 'test-key',
      accessKeySecret: 'test-secret',
      keep: true,
    });
    expect(entered).toMatchObject({ ok: true, output: { source: 'typed', canSeal: false } });
    const state = async () => {
      const view = await client.call('station.snapshot', {});
      return view.ok ? view.output.slots[0]?.state.kind : undefined;
    };
    await expect.poll(state, { timeout: 30_000 }).toBe('passed');
    const details = await client.call('slot.details', { slotId: '1' });
    expect(details.ok && details.output.transcript.length).toBeGreaterThan(5);
    only.unit.unplug();
    await expect.poll(state, { timeout: 10_000 }).toBe('ready');
    const { key } = only.unit.record ?? {};
    for (const secret of [String(key), 'test-secret'])
      expect(findSecret(secret, 'socket', heard)).toEqual([]);
    running.child.kill('SIGTERM');
    expect((await running.ended).status).toBe(0);
  });

  it('ends with 3 where the ledger is in use, before anything is served', async () => {
    const floor = await createFloor();
    const first = await serve(['serve', '--no-open', '--ledger', floor.ledgerPath]);
    expect(first.url.port).not.toBe('0');
    const second = await start(['serve', '--no-open', '--ledger', floor.ledgerPath]).ended;
    expect(second).toMatchObject({ status: 3, stdout: '' });
    expect(second.stderr).toContain('LEDGER_IN_USE');
  });
});

function killStation(hostPid: number): void {
  const children = execFileSync('cat', [`/proc/${hostPid}/task/${hostPid}/children`], { encoding: 'utf8' })
    .trim()
    .split(' ');
  const station = children.find((pid) =>
    execFileSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'utf8' }).includes('station.js'),
  );
  process.kill(Number(station), 'SIGKILL');
}

describe('a host that is asked nonsense', () => {
  it('stays: no address, no host, no token, clients that go away in the middle', async () => {
    const { url, running } = await serve();
    for (const path of ['//', 'http://[', '/%', '//evil.example/'])
      expect((await ask(url, path)).status, path).toBe(401);
    for (let time = 0; time < 200; time += 1) {
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
      socket.write(`GET // HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n`);
      socket.resetAndDestroy();
    }
    expect((await ask(url, '/')).status).toBe(401);
    expect(running.child.exitCode).toBeNull();
  });
});
