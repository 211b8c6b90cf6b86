/**
 * How wide a word is in its own type size, so that a style sheet can make it exactly as large as its tile allows.
 * Must not: measure in the hot path; each word is measured once per set of fonts.
 */
import { useEffect, useState } from 'react';

const FACE =
  '800 100px "Inter Variable", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';
/** Drawn glyphs may stand out of their advance width a little. */
const MARGIN = 1.02;

const known = new Map<string, number>();
let pen: CanvasRenderingContext2D | null | undefined;

/** Width in em at weight 800; estimated where nothing can be drawn. */
export function wordWidth(word: string): number {
  const before = known.get(word);
  if (before !== undefined) return before;
  if (pen === undefined) pen = document.createElement('canvas').getContext?.('2d') ?? null;
  if (pen !== null) pen.font = FACE;
  const measured = pen?.measureText(word).width ?? 0;
  const width = (measured > 0 ? measured / 100 : estimate(word)) * MARGIN;
  known.set(word, width);
  return width;
}

/** A number that grows once the page's own face has come: widths measured before it are another face's. */
export function useFaces(): number {
  const [faces, setFaces] = useState(0);
  useEffect(() => {
    let isHere = true;
    void document.fonts?.load('800 16px "Inter Variable"').then(() => {
      known.clear();
      if (isHere) setFaces((count) => count + 1);
    });
    return () => {
      isHere = false;
    };
  }, []);
  return faces;
}

function estimate(word: string): number {
  return [...word].reduce((sum, letter) => sum + (letter > '⺀' ? 1 : 0.72), 0);
}
