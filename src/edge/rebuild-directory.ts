import { AT_ONCE, mapAtOnce } from '../at-once.ts';
import { withDeadline } from '../deadline.ts';
import { AUTH_ROOMS } from '../located-token.ts';
import type { AccountsRoomOperations } from '../operations/auth-room-operations.ts';
import {
  type DirectoryEntry,
  type DirectoryNews,
  type DirectoryOperations,
  directoryRoomName,
  MAX_OWN_ACCOUNTS_PAGE,
  type OwnAccountsOperations,
  type StoreNews,
} from '../operations/directory-operations.ts';
import { call } from '../operations/room-calls.ts';
import type { SharedStoreOperations } from '../operations/user-room-operations.ts';
import type { RoomStub, Rooms } from '../platform.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import type { RebuildStep } from '../protocol/http-api/operator-accounts.ts';

/**
 * Calls of one step to auth rooms. Workers on the free plan allow 50 subrequests a request, and a
 * step makes at most one call more to the directory, or two when it looks for what was deleted.
 */
const CALLS = 40;

/** A step ends when it has collected this many accounts. */
const ENOUGH = 500;

const DEADLINE_MS = 8_000;

const INVALID_CURSOR = fail('invalid_field', 'this is no cursor of a rebuilding', {
  field: 'cursor',
});

/**
 * Where a rebuilding is: `walk` asks each auth room for its accounts and the stores that they own,
 * from `after` in the room `shard` on. `sweep` goes through the accounts of the directory and
 * removes those that no auth room has, and `sweep-stores` does the same with the stores.
 */
type Position =
  | { rebuild: string; phase: 'walk'; shard: number; after?: string | undefined }
  | { rebuild: string; phase: SweepPhase; after?: string | undefined };

type SweepPhase = 'sweep' | 'sweep-stores';

/**
 * Makes the next step of rebuilding the directory of a namespace from the auth rooms. The cursor is
 * that of the step before; a rebuilding begins without one. A step can be repeated, and the
 * directory can be read and told of changes meanwhile. Throws if a room fails or takes 8 s.
 */
export async function rebuildDirectory(
  rooms: Rooms,
  namespace: string,
  cursor?: string,
): Promise<Result<RebuildStep>> {
  const position = cursor === undefined ? begin() : parse(cursor);
  if (!position) return INVALID_CURSOR;
  const directory = rooms.auth(directoryRoomName(namespace));
  switch (position.phase) {
    case 'walk':
      return walk(rooms, directory, namespace, position);
    case 'sweep':
      return sweep(rooms, directory, position);
    case 'sweep-stores':
      return sweepStores(rooms, directory, position);
  }
}

type Walk = Extract<Position, { phase: 'walk' }>;

/** Tells the directory the accounts of some auth rooms, and the stores that these own. */
async function walk(
  rooms: Rooms,
  directory: RoomStub,
  namespace: string,
  begun: Walk,
): Promise<Result<RebuildStep>> {
  const entries: DirectoryNews[] = [];
  const stores: StoreNews[] = [];
  let position: Position = begun;
  for (let calls = 0; calls < CALLS && entries.length < ENOUGH; ) {
    const wave = waveFrom(position, CALLS - calls);
    calls += wave.length;
    const pages = await Promise.all(wave.map((at) => listOwn(rooms, namespace, at)));
    // A room with more pages comes again, and with it the rooms after it.
    const long = pages.findIndex(({ cursor }) => cursor !== null);
    const done = long < 0 ? pages.length : long + 1;
    for (const page of pages.slice(0, done)) {
      entries.push(...page.accounts);
      stores.push(...page.stores.map((id) => ({ id })));
    }
    const last = wave[done - 1]!;
    position = long < 0 ? following(last) : { ...last, after: pages[long]!.cursor! };
    if (position.phase !== 'walk') break;
  }
  await tell(directory, { entries, stores, rebuild: begun.rebuild });
  return succeed({ cursor: format(position), listed: entries.length, removed: 0 });
}

/** The positions in the next rooms, at most `calls`. */
function waveFrom(first: Walk, calls: number): Walk[] {
  const { rebuild, phase, shard } = first;
  const length = Math.min(AT_ONCE, calls, AUTH_ROOMS - shard);
  const others = Array.from({ length: length - 1 }, (_, index) => shard + 1 + index);
  return [first, ...others.map((shard) => ({ rebuild, phase, shard }))];
}

const following = ({ rebuild, shard }: Walk): Position =>
  shard + 1 < AUTH_ROOMS
    ? { rebuild, phase: 'walk', shard: shard + 1 }
    : { rebuild, phase: 'sweep' };

const listOwn = (
  rooms: Rooms,
  namespace: string,
  { shard, after: cursor }: Walk,
): Promise<OwnAccountsOperations['list-own-accounts']['output']> =>
  expectDone(
    call<AccountsRoomOperations, 'list-own-accounts'>(
      rooms.auth(shardName(shard)),
      'list-own-accounts',
      { namespace, cursor, limit: MAX_OWN_ACCOUNTS_PAGE },
    ),
  );

/**
 * Removes the entries of deleted accounts. The walk may not have seen an account that was created
 * meanwhile, so each room is asked. An account that is absent once never exists again.
 */
async function sweep(
  rooms: Rooms,
  directory: RoomStub,
  { rebuild, after }: Position,
): Promise<Result<RebuildStep>> {
  const unseen = await expectDone(
    call<DirectoryOperations, 'list-unseen'>(directory, 'list-unseen', {
      rebuild,
      cursor: after,
      limit: CALLS,
    }),
  );
  const shards = [...groupByShard(unseen.accounts)];
  const found = await mapAtOnce(shards, ([shard, ids]) => findAbsent(rooms, shard, ids));
  const absent = found.flatMap(({ ids }) => ids);
  await tell(directory, { entries: absent.map(deleted), rebuild });
  const next = unseen.cursor ?? undefined;
  const phase = next === undefined ? 'sweep-stores' : 'sweep';
  const cursor = format({ rebuild, phase, after: next });
  return succeed({ cursor, listed: 0, removed: absent.length });
}

/** Removes the entries of deleted stores. The room of a store knows whether there is one. */
async function sweepStores(
  rooms: Rooms,
  directory: RoomStub,
  { rebuild, after }: Position,
): Promise<Result<RebuildStep>> {
  const unseen = await expectDone(
    call<DirectoryOperations, 'list-unseen-stores'>(directory, 'list-unseen-stores', {
      rebuild,
      cursor: after,
      limit: CALLS,
    }),
  );
  const exist = await mapAtOnce(unseen.ids, (id) => storeExists(rooms, id));
  const absent = unseen.ids.filter((_, index) => !exist[index]);
  await tell(directory, { entries: [], stores: absent.map(deleted), rebuild });
  const next = unseen.cursor;
  const cursor = next === null ? null : format({ rebuild, phase: 'sweep-stores', after: next });
  return succeed({ cursor, listed: 0, removed: absent.length });
}

const deleted = (id: string) => ({ id, is_deleted: true }) as const;

async function storeExists(rooms: Rooms, id: string): Promise<boolean> {
  const room = rooms.user(id);
  const { state } = await expectDone(
    call<SharedStoreOperations, 'store-state'>(room, 'store-state', {}),
  );
  return state === 'existing';
}

function groupByShard(accounts: DirectoryEntry[]): Map<string, string[]> {
  const shards = new Map<string, string[]>();
  for (const { id, shard } of accounts) shards.set(shard, [...(shards.get(shard) ?? []), id]);
  return shards;
}

const findAbsent = (rooms: Rooms, shard: string, ids: string[]): Promise<{ ids: string[] }> =>
  expectDone(
    call<AccountsRoomOperations, 'find-absent-accounts'>(
      rooms.auth(shard),
      'find-absent-accounts',
      { ids },
    ),
  );

async function tell(
  directory: RoomStub,
  news: DirectoryOperations['set-entries']['input'],
): Promise<void> {
  const { entries, stores = [] } = news;
  if (entries.length + stores.length === 0) return;
  await expectDone(call<DirectoryOperations, 'set-entries'>(directory, 'set-entries', news));
}

/** The output of an operation that has no reason to refuse its input. */
async function expectDone<Value>(calling: Promise<Result<Value>>): Promise<Value> {
  const result = await withDeadline(calling, DEADLINE_MS);
  if (!result.ok) throw new Error(`a room refused: ${result.message}`);
  return result.value;
}

const shardName = (shard: number): string => shard.toString(16).padStart(3, '0');

const begin = (): Position => ({ rebuild: crypto.randomUUID(), phase: 'walk', shard: 0 });

const CURSOR =
  /^(?<rebuild>[0-9a-f-]{36})\.(?:walk\.(?<shard>[0-9a-f]{3})|(?<sweep>sweep|sweep-stores))(?:\.(?<after>.*))?$/su;

function format({ after, ...position }: Position): string {
  const { rebuild, phase } = position;
  const shard = position.phase === 'walk' ? [shardName(position.shard)] : [];
  return [rebuild, phase, ...shard, ...(after === undefined ? [] : [after])].join('.');
}

function parse(cursor: string): Position | undefined {
  const { rebuild, shard, sweep, after } = CURSOR.exec(cursor)?.groups ?? {};
  if (rebuild === undefined) return undefined;
  return shard === undefined
    ? { rebuild, phase: sweep as SweepPhase, after }
    : { rebuild, phase: 'walk', shard: Number.parseInt(shard, 16), after };
}
