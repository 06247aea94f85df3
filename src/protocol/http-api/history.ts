/** Responses about the history of a store. */

/** What a moment is: changes, with the deletion of a large part of the store, or a restore. */
export const MOMENT_KINDS = ['changes', 'deletion', 'restore'] as const;

/** Changes of a short time, which can be taken back together. */
export interface StoreMoment {
  /** As `at`, it stands for the store just before the moment. */
  id: string;
  kind: (typeof MOMENT_KINDS)[number];
  /** When the first and the last of the changes came to the server. */
  since: string;
  until: string;
  /**
   * Their authors, at most 16: `member:` and the id of a member of a shared store, `key:` and the id
   * of an operator's key, or `session:` and the first 16 characters of a session's id.
   */
  by: string[];
  /** The rows and cells that changed, by table, in at most 32 tables. */
  tables: Record<string, { rows: number; cells: number }>;
  /** Further tables in which something changed. */
  more_tables: number;
  /** Values that changed. */
  values: number;
}

/** `GET …/store/history` */
export interface StoreHistory {
  /** Newest first. */
  moments: StoreMoment[];
  /** `before` for the next page; null if there is none. */
  next: string | null;
}

/** `POST …/store/restore` */
export interface RestoreResult {
  /** The number of cells and values that were written or deleted. */
  changed: number;
  /** A restore of `at` this moment takes the restore back; null if nothing has changed. */
  undo: string | null;
}
