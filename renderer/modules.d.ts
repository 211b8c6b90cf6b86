/** What the build makes of style sheets. Must not: declare anything of ours. */
declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export = classes;
}
declare module '*.css';
