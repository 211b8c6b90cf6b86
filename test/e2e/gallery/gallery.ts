/**
 * The real window over a station in memory, in the scene that the address names:
 * ?scene=mixed&slots=8&page=board&language=en&theme=dark&from=0. Must not: be part of the product.
 */
import { mount } from '../../../renderer/mount.tsx';
import { SCENES, stationView } from '../../support/snapshots.ts';
import { drive } from './drive.ts';
import { handlersFor } from './fixtures.ts';
import { memoryTransport } from './memory-transport.ts';

const asked = new URLSearchParams(location.search);
const scene = SCENES.find((name) => name === asked.get('scene')) ?? 'mixed';
localStorage.setItem('keybench.language', asked.get('language') ?? 'en');
localStorage.setItem('keybench.theme', asked.get('theme') ?? 'light');
sessionStorage.setItem('keybench.page', asked.get('page') ?? 'board');

const view = stationView(scene, Number(asked.get('slots') ?? 8), Number(asked.get('from') ?? 0));
const transport = memoryTransport(view, handlersFor(view));
const root = document.getElementById('root');
if (root !== null) mount(root, transport);
if (scene === 'lost') setTimeout(() => transport.setAway(true), 50);
if (asked.has('drive')) drive(transport, view.slots);
Object.assign(window, { gallery: transport });
