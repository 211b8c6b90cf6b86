/**
 * The end in order: first the station, so that each write in hand is finished and journaled, then the app.
 * Must not: wait without an end; the station's host kills a station that does not end in time.
 */
import { app, type BrowserWindow, dialog } from 'electron';
import type { Wakefulness } from './power.ts';
import type { ShellTexts } from './texts.ts';

export interface ShutdownParts {
  /** Ends what was started; called once. */
  readonly close: () => Promise<void>;
}

/** Longer than the station's host takes to kill a station that does not end; what then still waits is not waited for. */
const CLOSE_WITHIN_MS = 8_000;

/** Whether the app is on its way out, whoever asked for it. */
export interface Shutdown {
  readonly isUnderWay: boolean;
}

export function quitInOrder({ close }: ShutdownParts): Shutdown {
  let isUnderWay = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    const late = setTimeout(() => app.exit(0), CLOSE_WITHIN_MS);
    void close()
      .catch(() => undefined)
      .finally(() => {
        clearTimeout(late);
        app.exit(0);
      });
  });
  app.on('window-all-closed', () => app.quit());
  // Electron's own handlers end the app at a second signal, such as the one that a terminal sends to the whole group.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => app.quit());
  return {
    get isUnderWay() {
      return isUnderWay;
    },
  };
}

/** Closing the window ends the bench, so it is asked about while units are worked on. */
export function askBeforeClosing(
  window: BrowserWindow,
  work: Wakefulness,
  shutdown: Shutdown,
  texts: ShellTexts,
): void {
  window.on('close', (event) => {
    // The window stays until the station has ended; then the app exits with it.
    event.preventDefault();
    if (shutdown.isUnderWay) return;
    if (work.running === 0) return app.quit();
    const question = {
      type: 'warning' as const,
      message: texts.unitsRunning(work.running),
      detail: texts.unitsRunningDetail,
      buttons: [texts.keepWorking, texts.quit],
      defaultId: 0,
      cancelId: 0,
    };
    void dialog.showMessageBox(window, question).then(({ response }) => {
      if (response === 1) app.quit();
    });
  });
}
