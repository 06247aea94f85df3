import { useRef } from 'react';
import type { StoreMoment } from '../../client/index.ts';
import { useRemovableRow } from '../ui/row.ts';
import { type Authors, describeAuthors, describeCounts } from './describe-moment.ts';
import type { ListedMoments } from './use-history.ts';

export interface MomentListProps {
  listed: ListedMoments;
  authors: Authors;
  /** Restores what was there before a moment; undefined for those who may not. */
  restore: ((at: string, time: string) => void) | undefined;
  loadEarlier: () => void;
}

/** The moments of a store, newest first. */
export function MomentList({ listed, authors, restore, loadEarlier }: MomentListProps) {
  const { moments, next } = listed;
  const title = useRef<HTMLHeadingElement>(null);
  return (
    <>
      <h3 id="moments-title" ref={title} tabIndex={-1}>
        Changes, newest first
      </h3>
      <ul className="rows" aria-labelledby="moments-title">
        {moments.map((moment) => (
          <MomentRow
            key={moment.id}
            moment={moment}
            authors={authors}
            restore={restore}
            fallbackFocus={title}
          />
        ))}
      </ul>
      {moments.length === 0 && <p className="quiet">Nothing has changed lately.</p>}
      {next !== null && (
        <div className="actions">
          <button type="button" onClick={loadEarlier}>
            Show earlier ones
          </button>
        </div>
      )}
    </>
  );
}

interface MomentRowProps extends Pick<MomentListProps, 'authors' | 'restore'> {
  moment: StoreMoment;
  fallbackFocus: Parameters<typeof useRemovableRow>[0];
}

function MomentRow({ moment, authors, restore, fallbackFocus }: MomentRowProps) {
  const row = useRemovableRow(fallbackFocus);
  const { id, since } = moment;
  const time = new Date(since).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <li ref={row}>
      <span className="name-and-time">
        <time className="name" dateTime={since}>
          {time}
        </time>{' '}
        <span className="quiet">{describeAuthors(moment, authors)}</span>{' '}
        <span className="quiet">{describeCounts(moment)}</span>
      </span>
      {restore && (
        <button
          type="button"
          aria-label={`Restore the list as it was before ${time}`}
          onClick={() => restore(id, time)}
        >
          Restore
        </button>
      )}
    </li>
  );
}
