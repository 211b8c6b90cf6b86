/** What the page in the window can do, and cannot: everything that Electron's security list asks for, tried from inside. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Transport } from '../../electron/contract/envelope.ts';
import { type StartedApp, startApp } from './support/app.ts';
import { whySkipped } from './support/binary.ts';

const skipped = whySkipped();
const ADDRESS = 'app://station/';

describe.skipIf(skipped)(`the page in the window${skipped ? ` (${skipped})` : ''}`, () => {
  let started: StartedApp;
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('access-control-allow-origin', '*');
    response.end('reached');
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    started = await startApp([]);
    await started.page.waitForSelector('main');
    await started.page.evaluate(() => Object.assign(window, { isTheSame: true }));
  });
  afterAll(async () => {
    server.close();
    await started?.[Symbol.asyncDispose]();
  });

  const outside = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  /** A way to the main process and back: what the page tried before has been decided by then. */
  const isTheSame = () =>
    started.page.evaluate(async () => {
      const { stationTransport, isTheSame: same } = window as unknown as {
        stationTransport: Transport;
        isTheSame?: boolean;
      };
      await stationTransport.request({ command: 'station.snapshot', input: {} });
      return same === true && document.title === 'Keybench'
        ? location.href
        : `another page: ${location.href}`;
    });

  it('has nothing of Node, and of Electron two functions', async () => {
    const found = await started.page.evaluate(() => ({
      node: ['process', 'require', 'module', 'Buffer', 'global', '__dirname'].filter(
        (name) => name in window,
      ),
      keys: Object.entries((window as unknown as { stationTransport: object }).stationTransport).map(
        ([name, value]) => `${name}: ${typeof value}`,
      ),
      electron: Object.getOwnPropertyNames(window).filter((name) => /electron|ipc/i.test(name)),
    }));
    expect(found).toEqual({ node: [], keys: ['request: function', 'subscribe: function'], electron: [] });
  });

  it('runs in a process that the system has sandboxed', async () => {
    const pid = await started.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  });

  it('is held by the preferences that were written down, and by no others', async () => {
    const preferences = await started.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    });
    for (const loose of ['nodeIntegrationInWorker', 'experimentalFeatures', 'enableBlinkFeatures', 'plugins'])
      expect(Boolean(preferences[loose]), loose).toBe(false);
  });

  it('stays where it is, whatever address it is sent to', async () => {
    const addresses = [
      outside(),
      'https://example.invalid/',
      'file:///etc/passwd',
      'app://other/',
      'data:text/html,x',
    ];
    for (const address of [...addresses, 'javascript:document.title="moved"']) {
      await started.page.evaluate(async (to) => {
        await new Promise((resolve) => setTimeout(resolve)); // The debugger's own evaluation is let past the policy.
        location.href = to;
        const link = document.createElement('a');
        link.href = to;
        document.body.append(link);
        link.click();
        link.remove();
        const form = document.createElement('form');
        form.action = to;
        document.body.append(form);
        form.submit();
        form.remove();
      }, address);
      expect(await isTheSame(), address).toBe(ADDRESS);
    }
    expect(requests).toBe(0);
  });

  it('is brought back from the one address that asks nobody', async () => {
    await started.page.evaluate(() => {
      location.href = 'about:blank';
    });
    await expect.poll(() => started.page.url()).toBe(ADDRESS);
    await started.page.waitForSelector('main');
  });

  it('opens no window', async () => {
    const opened = await started.page.evaluate(
      (to) =>
        [window.open(to), window.open('about:blank'), window.open(location.href)].map(
          (made) => made === null,
        ),
      outside(),
    );
    expect(opened).toEqual([true, true, true]);
    expect(started.app.windows()).toHaveLength(1);
  });

  it('is refused every permission and every device', async () => {
    const answers = await started.page.evaluate(async () => {
      const refusal = (asked: Promise<unknown>) =>
        asked.then(
          () => 'granted',
          (error: Error) => error.name,
        );
      const { serial, usb, hid, bluetooth } = navigator as unknown as Record<
        string,
        {
          requestPort(): Promise<unknown>;
          requestDevice(how: object): Promise<unknown>;
          getPorts(): Promise<unknown[]>;
        }
      >;
      return {
        geolocation: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('granted'),
            ({ code }) => resolve(code),
          ),
        ),
        notifications: await Notification.requestPermission(),
        camera: await refusal(navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
        screen: await refusal(navigator.mediaDevices.getDisplayMedia()),
        clipboard: await refusal(navigator.clipboard.readText()),
        serial: await refusal(serial?.requestPort() ?? Promise.reject(new DOMException('', 'absent'))),
        usb: await refusal(
          usb?.requestDevice({ filters: [] }) ?? Promise.reject(new DOMException('', 'absent')),
        ),
        hid: await refusal(
          hid
            ?.requestDevice({ filters: [] })
            .then((list) => (list as unknown[])[0] ?? Promise.reject(new Error())) ??
            Promise.reject(new DOMException('', 'absent')),
        ),
        bluetooth: await refusal(
          bluetooth?.requestDevice({ acceptAllDevices: true }) ??
            Promise.reject(new DOMException('', 'absent')),
        ),
      };
    });
    expect(answers).toMatchObject({ geolocation: 1, notifications: 'denied' });
    expect(Object.entries(answers).filter(([, answer]) => answer === 'granted')).toEqual([]);
  });

  it('cannot make a script of a text, or take one from elsewhere', async () => {
    const tried = await started.page.evaluate(async (from) => {
      await new Promise((resolve) => setTimeout(resolve)); // The debugger's own evaluation is let past the policy.
      const attempt = (work: () => unknown) => {
        try {
          work();
          return 'ran';
        } catch (error) {
          return (error as Error).name;
        }
      };
      const loaded = (element: HTMLElement) =>
        new Promise<string>((resolve) => {
          element.onload = () => resolve('ran');
          element.onerror = () => resolve('refused');
          document.body.append(element);
        });
      const inline = document.createElement('script');
      inline.textContent = 'window.ranInline = true';
      document.body.append(inline);
      return {
        // biome-ignore lint/security/noGlobalEval: it is what must fail
        eval: attempt(() => globalThis.eval('1')),
        compiled: attempt(() => new Function('return 1')()),
        inline: 'ranInline' in window ? 'ran' : 'refused',
        foreign: await loaded(Object.assign(document.createElement('script'), { src: from })),
        file: await loaded(
          Object.assign(document.createElement('img'), { src: 'file:///usr/share/pixmaps/x.png' }),
        ),
      };
    }, outside());
    expect(tried).toEqual({
      eval: 'EvalError',
      compiled: 'EvalError',
      inline: 'refused',
      foreign: 'refused',
      file: 'refused',
    });
    expect(requests).toBe(0);
  });

  it('reaches its own files, and nothing else: no file of the system, no network, no other scheme', async () => {
    const answers = await started.page.evaluate(async (from) => {
      const statusOf = (address: string, how?: RequestInit) =>
        fetch(address, how).then(
          ({ status }) => status,
          () => 'refused',
        );
      return {
        own: await statusOf(document.querySelector('script')?.src ?? ''),
        parent: await statusOf('../package.json'),
        escaped: await statusOf('/%2e%2e/main.js'),
        twice: await statusOf('/%252e%252e%252fmain.js'),
        backslash: await statusOf('/..%5cmain.js'),
        preload: await statusOf('/preload.cjs'),
        folder: await statusOf('/assets'),
        post: await statusOf('/', { method: 'POST', body: 'x' }),
        file: await statusOf('file:///etc/passwd'),
        network: await statusOf(from, { mode: 'no-cors' }),
        otherHost: await statusOf('app://other/icon.svg'),
        beacon: navigator.sendBeacon(from) ? 'sent' : 'refused',
        socket: await new Promise((resolve) => {
          try {
            const socket = new WebSocket(from.replace('http', 'ws'));
            socket.onopen = () => resolve('open');
            socket.onerror = () => resolve('refused');
          } catch {
            resolve('refused');
          }
        }),
      };
    }, outside());
    expect(answers).toMatchObject({
      own: 200,
      parent: 404,
      escaped: 404,
      twice: 404,
      backslash: 404,
      preload: 404,
    });
    expect(answers).toMatchObject({
      folder: 404,
      post: 404,
      file: 'refused',
      network: 'refused',
      otherHost: 'refused',
    });
    expect(answers).toMatchObject({ socket: 'refused' });
    await isTheSame();
    expect(requests).toBe(0);
  });

  it('carries the policy of the browser host', async () => {
    const headers = await started.page.evaluate(async () => Object.fromEntries((await fetch('/')).headers));
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('cannot be answered in another page, another frame or another window', async () => {
    const answers = await started.app.evaluate(
      async ({ BrowserWindow, session }, { own, preload }) => {
        const ask = `window.stationTransport.request({ command: 'station.snapshot', input: {} }).then(() => 'answered', String)`;
        const answerAt = async (address: string) => {
          // Of a session that is not hardened: there such a page could be.
          const webPreferences = { preload, sandbox: true, partition: 'foreign' };
          const other = new BrowserWindow({ show: false, webPreferences });
          await other.loadURL(address);
          const answer = String(await other.webContents.executeJavaScript(ask));
          other.destroy();
          return answer;
        };
        const foreign = await answerAt('data:text/html,x');
        session.fromPartition('foreign').protocol.handle('app', () => new Response('x'));
        return [foreign, await answerAt(own)];
      },
      { own: ADDRESS, preload: join(inject('stage'), 'dist/preload.cjs') },
    );
    for (const answer of answers) expect(answer).toMatch(/^Error: .*refused/);
  });

  it('sends no crash reports', async () => {
    const isUploading = await started.app.evaluate(({ crashReporter }) => crashReporter.getUploadToServer());
    expect(isUploading).toBe(false);
  });
});
