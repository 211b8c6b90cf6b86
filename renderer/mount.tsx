/**
 * Puts the window on a page over a given transport: the product's entry and the gallery both start here.
 * Must not: choose a transport.
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createStationClient } from '../electron/contract/client.ts';
import type { Transport } from '../electron/contract/envelope.ts';
import { App } from './app.tsx';
import { LanguageProvider } from './i18n/language.tsx';
import { applyTheme, keptTheme } from './settings/theme.ts';
import { StationProvider } from './station-context.tsx';
import { createStationStore, type StationStore } from './station-store.ts';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

export function mount(root: HTMLElement, transport: Transport): StationStore {
  applyTheme(localStorage, document.documentElement, keptTheme(localStorage));
  const client = createStationClient(transport);
  const store = createStationStore(client);
  store.start();
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <StationProvider client={client} store={store}>
          <App />
        </StationProvider>
      </LanguageProvider>
    </StrictMode>,
  );
  return store;
}
