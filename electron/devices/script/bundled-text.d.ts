/** What the bundler makes of `import.meta.glob`: the texts of files that stand beside the module, by their path. */
interface ImportMeta {
  glob(
    pattern: string,
    options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: true },
  ): Readonly<Record<string, string>>;
}
