import { useCallback, useEffect, useRef, useState } from 'react';
import type { Page } from '../api/responses.ts';

export interface Pages<Item> {
  items: readonly Item[];
  problem: unknown;
  isLoading: boolean;
  /** Whether there are more. */
  hasMore: boolean;
  /** Loads the next page, or the page that failed once more. */
  more: () => void;
}

type LoadPage<Item> = (
  cursor: string | null,
  signal: AbortSignal,
) => Promise<Page & { items: Item[] }>;

interface State<Item> {
  items: readonly Item[];
  /** Undefined before the first page, null after the last one. */
  cursor: string | null | undefined;
  problem: unknown;
  isLoading: boolean;
}

const EMPTY = { items: [], cursor: undefined, problem: undefined, isLoading: true };

/** Loads a list page by page. Another function `load` starts from the beginning. */
export function usePages<Item>(load: LoadPage<Item>): Pages<Item> {
  const [state, setState] = useState<State<Item>>(EMPTY);
  const controller = useRef<AbortController>(undefined);
  const next = useCallback(
    (cursor: string | null) => {
      controller.current?.abort();
      const current = new AbortController();
      controller.current = current;
      const { signal } = current;
      setState((state) => ({ ...state, problem: undefined, isLoading: true }));
      load(cursor, signal).then(
        (page) => {
          if (signal.aborted) return;
          setState(({ items }) => ({
            items: cursor === null ? page.items : [...items, ...page.items],
            cursor: page.cursor,
            problem: undefined,
            isLoading: false,
          }));
        },
        (problem) => {
          if (!signal.aborted) setState((state) => ({ ...state, problem, isLoading: false }));
        },
      );
    },
    [load],
  );
  useEffect(() => {
    next(null);
    return () => controller.current?.abort();
  }, [next]);
  const { items, cursor, problem, isLoading } = state;
  const more = () => next(cursor ?? null);
  return { items, problem, isLoading, hasMore: typeof cursor === 'string', more };
}
