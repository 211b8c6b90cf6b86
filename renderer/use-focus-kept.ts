/**
 * A press that changes the page may go with what it changed. Whoever works by keyboard then goes on at the page's beginning, not at
 * the window's. Must not: take the focus from anything that has it.
 */
import { useLayoutEffect, useRef } from 'react';

/** `what`: stands for what the page shows; looked at again each time it is another. */
export function useFocusKept(what: string): void {
  const before = useRef(what);
  useLayoutEffect(() => {
    if (before.current === what) return;
    before.current = what;
    const { activeElement } = document;
    if (activeElement !== null && activeElement !== document.body) return;
    document.querySelector('main')?.focus();
  }, [what]);
}
