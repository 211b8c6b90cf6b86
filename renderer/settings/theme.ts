/** Light, dark or as the system: kept for the next start in this browser alone. Must not: know a colour. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'keybench.theme';

export function keptTheme(storage: Storage): Theme {
  const kept = storage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

export function applyTheme(storage: Storage, root: HTMLElement, theme: Theme): void {
  storage.setItem(KEY, theme);
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
}
