/** 窗口的全部中文。Must not: hold a text itself. */
import type { Catalogue } from './catalogue.ts';
import { zhBoard } from './zh-CN-board.ts';
import { zhPages } from './zh-CN-pages.ts';

export const zhCN: Catalogue = { ...zhBoard, ...zhPages };
