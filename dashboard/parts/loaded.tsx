import { type ReactNode, useEffect, useState } from 'react';
import type { TinyHostError } from '../../client/index.ts';
import { problemText } from './messages.ts';
import type { Answer } from './use-answer.ts';
import type { Pages } from './use-pages.ts';

/** Says that something is loaded, if that takes long enough to be noticed. */
export const Loading = () => (
  <p className="loading quiet" role="status">
    Loading…
  </p>
);

/**
 * Shows why something failed, with a button that tries again. If the server asks for a pause, the
 * button has to wait until it is over.
 */
export function Problem({ error, retry }: { error: unknown; retry: () => void }) {
  const seconds = (error as TinyHostError).retryAfter ?? 0;
  const [isWaiting, setWaiting] = useState(seconds > 0);
  useEffect(() => {
    setWaiting(seconds > 0);
    const timer = setTimeout(() => setWaiting(false), seconds * 1000);
    return () => clearTimeout(timer);
  }, [error, seconds]);
  return (
    <div className="failure">
      <p className="problem" role="alert">
        {problemText(error)}
      </p>
      <button type="button" onClick={retry} disabled={isWaiting}>
        Try again
      </button>
    </div>
  );
}

interface LoadedProps<Value> {
  answer: Answer<Value>;
  children: (value: Value) => ReactNode;
}

/** Shows an answer, or that it is loaded, or why it could not be. */
export function Loaded<Value>({ answer, children }: LoadedProps<Value>) {
  const { value, problem, isLoading, reload } = answer;
  return (
    <>
      {problem !== undefined && <Problem error={problem} retry={reload} />}
      {value === undefined && isLoading && <Loading />}
      {value !== undefined && children(value)}
    </>
  );
}

interface PagedListProps<Item> {
  pages: Pages<Item>;
  /** The id of the heading. */
  labelledBy: string;
  /** What is shown if there is nothing. */
  empty: string;
  /** Renders the item as a row. */
  children: (item: Item) => ReactNode;
}

/** A list that grows page by page. */
export function PagedList<Item>({ pages, labelledBy, empty, children }: PagedListProps<Item>) {
  const { items, problem, isLoading, hasMore, more } = pages;
  return (
    <>
      <ul className="rows" aria-labelledby={labelledBy} aria-busy={isLoading}>
        {items.map(children)}
      </ul>
      {problem !== undefined && <Problem error={problem} retry={more} />}
      {items.length === 0 && !isLoading && problem === undefined && (
        <p className="empty">{empty}</p>
      )}
      {isLoading && <Loading />}
      {hasMore && !isLoading && problem === undefined && (
        <button type="button" onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}
