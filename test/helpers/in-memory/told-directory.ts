import type { Account } from '../../../src/auth/accounts/accounts.ts';
import { isoTime } from '../../../src/auth/iso-time.ts';
import { rebuildDirectory } from '../../../src/edge/rebuild-directory.ts';
import {
  type DirectoryEntry,
  type DirectoryOperations,
  directoryRoomName,
} from '../../../src/operations/directory-operations.ts';
import { call } from '../../../src/operations/room-calls.ts';
import type { RoomStub, Rooms } from '../../../src/platform.ts';
import type { RebuildStep } from '../../../src/protocol/http-api/operator-accounts.ts';
import type { AuthWorld } from './auth-world.ts';

/** The accounts of a namespace as its directory lists them, by address. */
export async function listedAccounts(
  world: AuthWorld,
  namespace = 'notes',
): Promise<DirectoryEntry[]> {
  const room = world.auth(directoryRoomName(namespace));
  const accounts: DirectoryEntry[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const input = { cursor, limit: 100 };
    const page = await call<DirectoryOperations, 'list-accounts'>(room, 'list-accounts', input);
    if (!page.ok) throw new Error(page.message);
    accounts.push(...page.value.accounts);
    cursor = page.value.cursor;
  }
  return accounts;
}

/** The shared stores of a namespace as its directory lists them, by id. */
export async function listedStores(world: AuthWorld, namespace = 'notes'): Promise<string[]> {
  const room = world.auth(directoryRoomName(namespace));
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const input = { cursor, limit: 100 };
    const page = await call<DirectoryOperations, 'list-stores'>(room, 'list-stores', input);
    if (!page.ok) throw new Error(page.message);
    ids.push(...page.value.stores.map(({ id }) => id));
    cursor = page.value.cursor;
  }
  return ids;
}

/** The same list, made from the stores that exist. */
export const existingStores = (world: AuthWorld, namespace = 'notes'): string[] =>
  [...world.stores.stores]
    .filter(([, store]) => store.namespace === namespace)
    .map(([id]) => id)
    .sort();

/** The list of accounts, made from what all auth rooms have stored. */
export async function storedAccounts(
  world: AuthWorld,
  namespace = 'notes',
): Promise<DirectoryEntry[]> {
  const listed: DirectoryEntry[] = [];
  for (const [shard, storage] of world.storages) {
    if (!/^[0-9a-f]{3}$/.test(shard)) continue;
    const stored = await storage.list<Account>({ prefix: 'account:' });
    const own = [...stored.values()].filter((account) => account.namespace === namespace);
    listed.push(...own.map((account) => entryOf(account, shard)));
  }
  return listed.sort((one, other) =>
    one.email.toLowerCase() < other.email.toLowerCase() ? -1 : 1,
  );
}

const entryOf = (account: Account, shard: string): DirectoryEntry => ({
  id: account.id,
  email: account.email,
  created_at: isoTime(account.created_at),
  verified_at: account.verified_at === undefined ? null : isoTime(account.verified_at),
  is_disabled: account.is_disabled === true,
  shard,
});

/**
 * Rebuilds a directory, and returns its steps. `between` runs after each of them. A step is repeated
 * if `killed` resolves before it is done.
 */
export async function rebuild(
  rooms: Rooms,
  namespace = 'notes',
  between: () => Promise<unknown> = async () => undefined,
  killed: () => Promise<void> = () => new Promise(() => undefined),
): Promise<RebuildStep[]> {
  const steps: RebuildStep[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const step = await Promise.race([rebuildDirectory(rooms, namespace, cursor), killed()]);
    if (!step) continue;
    if (!step.ok) throw new Error(step.message);
    steps.push(step.value);
    cursor = step.value.cursor;
    await between();
  }
  return steps;
}

/** The rooms, where those of the 4,096 without data are not started to answer. */
export const roomsWithData = (world: AuthWorld): Rooms => ({
  user: world.user,
  auth: (name) => (world.storages.has(name) ? world.auth(name) : emptyRoom(world, name)),
});

const emptyRoom = (world: AuthWorld, name: string): RoomStub => ({
  fetch: async (path, init) => {
    if (path !== '/list-own-accounts') return world.auth(name).fetch(path, init);
    world.calls.push(name + path);
    return Response.json({ accounts: [], stores: [], cursor: null });
  },
});
