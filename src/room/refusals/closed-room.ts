import { refuse } from '../../operations/room-calls.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { fail, NO_SUCH_STORE } from '../../protocol/errors.ts';

const UNREADABLE = fail('internal', 'the store cannot be read');
const GONE = fail('unauthorized', 'the account was deleted');

/** Refuses a request to a room that serves nothing. */
export function refuseClosed(closed: CloseName | undefined): Response {
  if (closed === 'storeDeleted') return refuse(NO_SUCH_STORE);
  return refuse(closed === 'accountDeleted' ? GONE : UNREADABLE);
}
