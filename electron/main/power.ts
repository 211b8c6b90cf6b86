/**
 * Keeps the computer and its screen awake while units are worked on. Nobody touches a mouse at a bench, so a screen that sleeps
 * between two units would hide the board: it stays on for a while after the last one.
 * Must not: keep a bench awake on which nothing happens.
 */
import { powerSaveBlocker } from 'electron';
import type { SlotView, StationView } from '../contract/views.ts';
import type { Backend } from '../hosts/station-host.ts';

const STAYS_AWAKE_MS = 10 * 60_000;

export interface Wakefulness {
  /** How many units are being worked on. */
  readonly running: number;
}

export function keepAwake(backend: Backend): Wakefulness {
  const running = new Set<string>();
  let blocker: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const follow = (slots: readonly SlotView[]) => {
    for (const { slotId, state } of slots) {
      if (state.kind === 'running') running.add(slotId);
      else running.delete(slotId);
    }
    if (running.size > 0) {
      clearTimeout(timer);
      timer = undefined;
      blocker ??= powerSaveBlocker.start('prevent-display-sleep');
    } else if (blocker !== undefined) timer ??= setTimeout(release, STAYS_AWAKE_MS);
  };
  const release = () => {
    if (blocker !== undefined) powerSaveBlocker.stop(blocker);
    blocker = undefined;
    timer = undefined;
  };
  const lookAnew = async () => {
    const reply = await backend.request({ id: 0, command: 'station.snapshot', input: {} });
    if (!reply.ok) return;
    running.clear();
    follow((reply.output as StationView).slots);
  };

  backend.subscribe((push) => {
    switch (push.push) {
      case 'frame':
        return follow(push.frame.slots ?? []);
      case 'station-away':
        running.clear();
        return follow([]);
      case 'station-back':
        return void lookAnew();
    }
  });
  return {
    get running() {
      return running.size;
    },
  };
}
