/**
 * What a catalogue is: the keys are the English one's, and a text's `{names}` are part of its type, so that a missing
 * key, a missing value or a misspelt name does not compile. Must not: choose a language.
 */
import type { en } from './en.ts';

export type TextKey = keyof typeof en;
export type Catalogue = Readonly<Record<TextKey, string>>;

type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

type Values<K extends TextKey> = { readonly [Name in Names<(typeof en)[K]>]: string | number };

/** A text by its key; with values exactly where the text has names. */
export type Translate = <K extends TextKey>(
  key: K,
  ...values: Names<(typeof en)[K]> extends never ? [] : [Values<K>]
) => string;

export function translateFrom(catalogue: Catalogue): Translate {
  return (key, ...values) => {
    const text = catalogue[key];
    const names = values[0] as Readonly<Record<string, string | number>> | undefined;
    return names === undefined
      ? text
      : text.replace(/\{([\w-]+)\}/g, (all, name: string) => String(names[name] ?? all));
  };
}
