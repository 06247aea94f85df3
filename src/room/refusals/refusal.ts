import { fail } from '../../protocol/errors.ts';
import type { RefusalReason } from '../../protocol/notice.ts';
import type { ProvenDevice } from '../../room-operations.ts';

/** The author of a write: the edge has authenticated its session and, in a shared store, account. */
export type Author = Pick<ProvenDevice, 'session_hash' | 'member'>;

/** Why an author may not write at the moment; undefined if it may. Called for every change. */
export type RefusalOf = (author: Author) => RefusalReason | undefined;

/** In a private store everyone who is let in may write. */
export const refuseNobody: RefusalOf = () => undefined;

/** The refusal of an HTTP write. */
export const READ_ONLY = fail('forbidden', 'viewers may not write to this store');
