import type { RestoreResult, StoreHistory } from './history.ts';
import type { StoreExport } from './response-types.ts';

/**
 * Examples of the responses about the history of a store, like those of response-examples.ts. The
 * client loads them on demand.
 */

export const STORE_HISTORY: StoreHistory = {
  moments: [
    {
      id: '',
      kind: '' as 'changes',
      since: '',
      until: '',
      by: [],
      tables: {},
      more_tables: 0,
      values: 0,
    },
  ],
  next: null,
};

export const PAST_CONTENT: StoreExport = { tables: {}, values: {} };

export const RESTORE_RESULT: RestoreResult = { changed: 0, undo: null };
