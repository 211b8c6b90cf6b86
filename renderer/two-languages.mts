/** A build step: React Aria brings its strings in over thirty languages, and the product speaks two. */
import type { Plugin } from 'vite';

export function twoLanguages(): Plugin {
  return {
    name: 'keybench:two-languages',
    enforce: 'pre',
    load(id) {
      const locale = /[\\/]intl[\\/][^\\/]+[\\/]([a-z]{2}-[A-Z]{2})\.m?js$/.exec(id)?.[1];
      if (locale === undefined || locale === 'en-US' || locale === 'zh-CN') return null;
      return 'export default {};';
    },
  };
}
