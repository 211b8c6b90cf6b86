/**
 * Every text of the window in English, and the list of keys: the other catalogue must have each of them.
 * Must not: hold a text itself.
 */
import { enBoard } from './en-board.ts';
import { enPages } from './en-pages.ts';

export const en = { ...enBoard, ...enPages } as const;
