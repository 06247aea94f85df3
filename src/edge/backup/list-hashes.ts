import { mapAtOnce } from '../../at-once.ts';
import { withDeadline } from '../../deadline.ts';
import type { StoreBackupOperations } from '../../operations/backup-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { Rooms } from '../../platform.ts';
import { accountHash } from '../../protocol/backup/lines.ts';
import type { HashPage, ListedHash } from '../../protocol/http-api/backups.ts';
import { readAccount } from './read-account.ts';
import { formatCursor, type Item, type Page } from './walk.ts';

/** How long a room may take, in milliseconds. It reads the whole store. */
const DEADLINE_MS = 25_000;

/** The hashes of a page's items. A store that cannot be read has the hash `unreadable`. */
export async function listHashes(rooms: Rooms, { items, next }: Page): Promise<HashPage> {
  const hashes = await mapAtOnce(items, (item) => hashesOf(rooms, item));
  return { hashes: hashes.flat(), cursor: formatCursor(next) };
}

async function hashesOf(rooms: Rooms, { id, shard }: Item): Promise<ListedHash[]> {
  if (shard === undefined) return storeHash(rooms, id, true);
  const account = await readAccount(rooms.auth(shard), id);
  if (!account) return [];
  const hash = await accountHash(account);
  return [{ kind: 'account', id, hash }, ...(await storeHash(rooms, id, false))];
}

async function storeHash(rooms: Rooms, id: string, isShared: boolean): Promise<ListedHash[]> {
  const asked = call<StoreBackupOperations, 'hash-store'>(rooms.user(id), 'hash-store', {
    is_shared: isShared,
  });
  const answer = await withDeadline(asked, DEADLINE_MS);
  if (isShared && !answer.ok && answer.error === 'not_found') return [];
  return [{ kind: 'store', id, hash: answer.ok ? answer.value.hash : 'unreadable' }];
}
