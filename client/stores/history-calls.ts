import type { RestoreResult, StoreHistory } from '../../src/protocol/http-api/history.ts';
import {
  PAST_CONTENT,
  RESTORE_RESULT,
  STORE_HISTORY,
} from '../../src/protocol/http-api/history-examples.ts';
import type { HttpCall } from '../api/http-client.ts';
import { sessionCall } from '../api/session-call.ts';
import type { CallOptions } from '../common/deadline.ts';
import type { ClientContext } from '../context.ts';
import type { ContentOf, NoSchemas, Schemas } from '../schemas.ts';

export interface HistoryOptions extends CallOptions {
  /** The id of a shared store; the private store by default. */
  store?: string | undefined;
}

export interface MomentPage extends HistoryOptions {
  /** Lists the moments before this one: `next` of the page before. */
  before?: string | undefined;
  /** Moments on a page, from 1 to 100; 50 by default. */
  limit?: number | undefined;
}

export interface RestoreOptions extends HistoryOptions {
  /** A JSON Pointer to the table, row, cell, values or value to restore; all by default. */
  path?: string | undefined;
}

/** A point of the past: a time, or the id of a moment, just before which the store is meant. */
export type PointInTime = string | Date;

/**
 * The history of the private store, or of a shared one. Each call rejects with a `TinyHostError`, or
 * with the abort reason if its signal aborts.
 */
export class HistoryCalls<S extends Schemas = NoSchemas> {
  readonly #context: ClientContext;

  constructor(context: ClientContext) {
    this.#context = context;
  }

  /** Fetches the moments of the store, newest first, page by page. */
  list({ store, before, limit, ...options }: MomentPage = {}): Promise<StoreHistory> {
    const query = {
      ...(before !== undefined && { before }),
      ...(limit !== undefined && { limit }),
    };
    const call = { method: 'GET', ...options } as const;
    return this.#call(store, `store/history${queryOf(query)}`, STORE_HISTORY, call);
  }

  /**
   * Fetches the content that the store had at that point. Rejects with `history_gone` if the history
   * does not reach back so far.
   */
  contentAt(at: PointInTime, { store, ...options }: HistoryOptions = {}): Promise<ContentOf<S>> {
    const call = { method: 'GET', ...options } as const;
    const path = `store${queryOf({ at: textOf(at) })}`;
    return this.#call<object>(store, path, PAST_CONTENT, call) as Promise<ContentOf<S>>;
  }

  /**
   * Restores the content of that point, or the part of it at `path`. All devices take it in like
   * other changes. A restore of `undo` of the result takes it back. Await `connection.saved()` first
   * if there may be unsaved edits. Rejects with `history_gone` as `contentAt` does, and with
   * `forbidden` for a viewer.
   */
  restore(
    at: PointInTime,
    { store, path, ...options }: RestoreOptions = {},
  ): Promise<RestoreResult> {
    const call = { body: { at: textOf(at), path }, ...options };
    return this.#call(store, 'store/restore', RESTORE_RESULT, call);
  }

  #call<Answer>(
    store: string | undefined,
    path: string,
    example: Answer,
    call: HttpCall,
  ): Promise<Answer> {
    const prefix = store === undefined ? '' : `stores/${encodeURIComponent(store)}/`;
    return sessionCall(this.#context, prefix + path, example, call);
  }
}

/** The text of an invalid `Date` is `null`, which the server refuses as it does other texts. */
const textOf = (at: PointInTime): string => (at instanceof Date ? `${at.toJSON()}` : at);

/** React Native's `URLSearchParams` cannot be changed. */
function queryOf(parameters: Record<string, string | number>): string {
  const pairs = Object.entries(parameters);
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return query && `?${query}`;
}
