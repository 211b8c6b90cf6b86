/** The page's entry: which way to the station, then the window. Must not: do anything else. */
import { mount } from './mount.tsx';
import { preloadTransport, socketAddress, socketTransport } from './transports.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
mount(root, preloadTransport() ?? socketTransport(socketAddress(location, sessionStorage, history)));
