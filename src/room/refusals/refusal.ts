import type { ProvenOperator } from '../../operations/proven-access.ts';
import { fail } from '../../protocol/errors.ts';
import type { RefusalReason } from '../../protocol/notice.ts';

/**
 * Who asks for a store: a proven account, an operator, or without either the owner of a private
 * store.
 */
export interface Author {
  member?: { account: string } | undefined;
  operator?: ProvenOperator | undefined;
  session_hash?: string;
  /** The id of an operator's key that acts for the owner. */
  key?: string | undefined;
}

/** Why an author may not write at the moment; undefined if it may. Called for every change. */
export type RefusalOf = (author: Author) => RefusalReason | undefined;

/** In a private store everyone who is let in may write. */
export const refuseNobody: RefusalOf = () => undefined;

/** The refusal of an HTTP write. */
export const READ_ONLY = fail('forbidden', 'viewers may not write to this store');

export const STORE_FULL = fail('store_full', 'the store would be larger than it may be');
