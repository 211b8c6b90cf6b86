/**
 * No menu, but where the system has one in any case: macOS takes copy and paste from it. Must not: offer a reload or tools.
 */
import { Menu } from 'electron';

export function setMenu(platform: NodeJS.Platform): void {
  if (platform !== 'darwin') return Menu.setApplicationMenu(null);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        role: 'appMenu',
        // Through the window, which asks while units are worked on.
        submenu: [
          { role: 'about' },
          { type: 'separator' },
          { role: 'hide' },
          { role: 'hideOthers' },
          { type: 'separator' },
          { role: 'close', accelerator: 'Command+Q' },
        ],
      },
      { role: 'editMenu' },
      { role: 'windowMenu' },
    ]),
  );
}
