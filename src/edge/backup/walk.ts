import { withDeadline } from '../../deadline.ts';
import {
  type DirectoryOperations,
  directoryRoomName,
  positionOf,
} from '../../operations/directory-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { Rooms } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { isStoreId } from '../../protocol/membership.ts';

/**
 * The way of a backup through a namespace: the accounts in the order of the directory, then the
 * shared stores.
 */

/** How long a room may take to begin its answer, in milliseconds. */
export const DEADLINE_MS = 8_000;

/**
 * Accounts or shared stores of one step. An account takes two calls to rooms, and Workers on the
 * free plan allow 50 a request.
 */
export const STEP_ITEMS = 18;

/** `after` is the position of the last account, or the id of the last store. */
export interface Position {
  phase: 'accounts' | 'stores';
  after?: string | undefined;
}

/** An account with its private store, or a shared store. */
export interface Item {
  id: string;
  /** The auth room of the account; undefined for a shared store. */
  shard: string | undefined;
  /** Where a step begins after this item. */
  position: Position;
}

export interface Page {
  items: Item[];
  /** Where the next step begins; null at the end. */
  next: Position | null;
}

const BEGIN: Position = { phase: 'accounts' };

const CURSOR = /^(accounts|stores)(?::(.{1,400}))?$/s;

const INVALID_CURSOR = fail('invalid_field', 'this is no cursor of a backup', { field: 'cursor' });

/** Reads a cursor. Without one, a backup begins. */
export function parseCursor(cursor: string | undefined): Result<Position> {
  if (cursor === undefined || cursor === '') return succeed(BEGIN);
  const [, phase, after] = CURSOR.exec(cursor) ?? [];
  if (phase === undefined) return INVALID_CURSOR;
  if (phase === 'stores' && after !== undefined && !isStoreId(after)) return INVALID_CURSOR;
  return succeed({ phase: phase as Position['phase'], after });
}

export const formatCursor = (position: Position | null): string | null =>
  position && `${position.phase}${position.after === undefined ? '' : `:${position.after}`}`;

/** Lists the next items. Takes one call to the directory. */
export async function listItems(
  rooms: Rooms,
  namespace: string,
  { phase, after: cursor }: Position,
  limit: number,
): Promise<Result<Page>> {
  const directory = rooms.auth(directoryRoomName(namespace));
  const ask = <Name extends 'list-accounts' | 'list-stores'>(name: Name) =>
    withDeadline(call<DirectoryOperations, Name>(directory, name, { cursor, limit }), DEADLINE_MS);
  if (phase === 'accounts') {
    const page = await ask('list-accounts');
    if (!page.ok) return page;
    const items = page.value.accounts.map((entry) => ({
      id: entry.id,
      shard: entry.shard,
      position: { phase, after: positionOf(entry) },
    }));
    const { cursor: after } = page.value;
    return succeed({ items, next: after === null ? { phase: 'stores' } : { phase, after } });
  }
  const page = await ask('list-stores');
  if (!page.ok) return page;
  const items = page.value.stores.map(({ id }) => ({
    id,
    shard: undefined,
    position: { phase, after: id },
  }));
  const { cursor: after } = page.value;
  return succeed({ items, next: after === null ? null : { phase, after } });
}
