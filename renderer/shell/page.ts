/** The pages of the window, and which one this tab was on. Must not: use the address; its fragment carries the token. */
export const PAGES = ['board', 'orders', 'records', 'settings'] as const;
export type Page = (typeof PAGES)[number];

const KEY = 'keybench.page';

export function keptPage(storage: Storage): Page {
  const kept = storage.getItem(KEY);
  return PAGES.find((page) => page === kept) ?? 'board';
}

export function keepPage(storage: Storage, page: Page): void {
  storage.setItem(KEY, page);
}
