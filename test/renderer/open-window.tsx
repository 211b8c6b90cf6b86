/** Opens the real window over a station in memory, and finds things in it as a person would: by their words. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { createStationClient } from '../../electron/contract/client.ts';
import type { StationView } from '../../electron/contract/views.ts';
import { App } from '../../renderer/app.tsx';
import { type Language, LanguageProvider } from '../../renderer/i18n/language.tsx';
import { StationProvider } from '../../renderer/station-context.tsx';
import { createStationStore } from '../../renderer/station-store.ts';
import { handlersFor } from '../e2e/gallery/fixtures.ts';
import { type Handlers, type MemoryTransport, memoryTransport } from '../e2e/gallery/memory-transport.ts';

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

export interface OpenWindow {
  readonly transport: MemoryTransport;
  /** Everything that is written in the window. */
  text(): string;
  find(selector: string): HTMLElement;
  all(selector: string): HTMLElement[];
  button(name: string): HTMLElement;
  press(name: string): Promise<void>;
  type(label: string, value: string): Promise<void>;
  /** Lets what is under way come to its end. */
  settle(): Promise<void>;
  /** Waits until something is so; fails after five seconds. */
  until(isSo: () => boolean): Promise<void>;
  change(action: () => void): Promise<void>;
  close(): Promise<void>;
}

export async function openWindow(
  view: StationView,
  options: { readonly language?: Language; readonly page?: string; readonly handlers?: Handlers } = {},
): Promise<OpenWindow> {
  localStorage.setItem('keybench.language', options.language ?? 'en');
  sessionStorage.setItem('keybench.page', options.page ?? 'board');
  const transport = memoryTransport(view, { ...handlersFor(view), ...options.handlers });
  const client = createStationClient(transport);
  const store = createStationStore(client);
  const stop = store.start();
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  const settle = () =>
    act(async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await new Promise((resolve) => setTimeout(resolve, 0));
    });
  await act(async () =>
    root.render(
      <LanguageProvider>
        <StationProvider client={client} store={store}>
          <App />
        </StationProvider>
      </LanguageProvider>,
    ),
  );
  await settle();

  const all = (selector: string) => [...document.body.querySelectorAll<HTMLElement>(selector)];
  const button = (name: string) => {
    const found = all('button').filter(
      (each) =>
        each.textContent?.trim() === name ||
        each.ariaLabel === name ||
        each.getAttribute('aria-label') === name,
    );
    if (found.length !== 1) throw new Error(`${found.length} buttons say "${name}"`);
    return found[0] as HTMLElement;
  };
  const open: OpenWindow = {
    transport,
    text: () => document.body.textContent ?? '',
    find(selector) {
      const found = document.body.querySelector<HTMLElement>(selector);
      if (found === null) throw new Error(`nothing is ${selector}`);
      return found;
    },
    all,
    button,
    async press(name) {
      await act(async () => button(name).click());
      await settle();
    },
    async type(label, value) {
      const named = all('label').find((each) => each.textContent === label);
      const input = document.getElementById(named?.getAttribute('for') ?? '') as HTMLInputElement | null;
      if (input === null) throw new Error(`no field is called "${label}"`);
      await act(async () => {
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
        set?.call(input, value);
        input.dispatchEvent(new Event('input', { bubbles: true }));
      });
    },
    settle: async () => void (await settle()),
    async until(isSo) {
      const deadline = Date.now() + 5000;
      while (!isSo()) {
        if (Date.now() > deadline) throw new Error('it did not come to that');
        await act(() => new Promise((resolve) => setTimeout(resolve, 10)));
      }
      await settle();
    },
    async change(action) {
      await act(async () => action());
      await settle();
    },
    async close() {
      await act(async () => root.unmount());
      stop();
      host.remove();
      document.body.replaceChildren();
      localStorage.clear();
      sessionStorage.clear();
    },
  };
  return open;
}
