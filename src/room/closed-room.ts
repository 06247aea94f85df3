import { refuse } from '../operations/room-calls.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { fail, NO_SUCH_STORE } from '../protocol/errors.ts';
import { writerOf } from './admission/session-check.ts';

const UNREADABLE = fail('internal', 'the store cannot be read');
const GONE = fail('unauthorized', 'the account was deleted');
const NO_ACCOUNT = fail('not_found', 'there is no account with this id');

/** The answer of a room that serves nothing, for this reason. */
export function refuseClosed(request: Request, reason: CloseName | undefined): Response {
  if (reason === 'storeDeleted') return refuse(NO_SUCH_STORE);
  if (reason !== 'accountDeleted') return refuse(UNREADABLE);
  // The key of an operator is still good.
  return refuse(writerOf(request)?.operator ? NO_ACCOUNT : GONE);
}

/**
 * Whether a room that serves no content still serves a private operation. Auth rooms repeat each
 * until it is done, also where a store was deleted.
 */
export const servesClosed = (reason: CloseName, isDestroy: boolean): boolean =>
  isDestroy || reason === 'storeDeleted';
