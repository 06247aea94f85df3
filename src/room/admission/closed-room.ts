import type { CloseName } from '../../protocol/close-codes.ts';
import { type Failure, fail, NO_SUCH_STORE } from '../../protocol/errors.ts';

const UNREADABLE = fail('internal', 'the store cannot be read');
const GONE = fail('unauthorized', 'the account was deleted');

/** The answer of a room that serves nothing any more. `closed` says why. */
export function refusalOf(closed: CloseName | undefined): Failure {
  if (closed === 'storeDeleted') return NO_SUCH_STORE;
  return closed === 'accountDeleted' ? GONE : UNREADABLE;
}
