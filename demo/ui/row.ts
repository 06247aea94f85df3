import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Returns the ref of a row of a list. If the row is removed while it has the focus, `fallback` gets
 * the focus.
 */
export function useRemovableRow(
  fallback: RefObject<HTMLElement | null>,
): RefObject<HTMLLIElement | null> {
  const row = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const element = row.current;
    return () => {
      if (element?.contains(document.activeElement)) fallback.current?.focus();
    };
  }, [fallback]);
  return row;
}

/** Highlights a row once, after an edit of another device. */
export function highlight(row: HTMLElement): void {
  row.classList.remove('fresh');
  requestAnimationFrame(() => row.classList.add('fresh'));
}
