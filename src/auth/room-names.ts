import { OPERATOR_ROOM } from '../operations/auth-room-operations.ts';
import type { RoomStorage } from '../platform.ts';
import { HOOK_PREFIX } from './hooks/stored-hook.ts';

/** The kinds of rooms in the auth party. The name of a room decides its kind. */
export type RoomKind =
  | 'accounts'
  | 'hashing'
  | 'request-counter'
  | 'mail-counter'
  | 'log-key'
  | 'operator'
  | 'directory'
  | 'hooks';

/** The only room that makes the key of the logs' pseudonyms. */
export const LOG_KEY_ROOM = 'log-key';

const KINDS: ReadonlyArray<[RegExp, RoomKind]> = [
  // The shard of its accounts, see account-shard.ts.
  [/^[0-9a-f]{3}$/, 'accounts'],
  [/^hash-\d+$/, 'hashing'],
  [/^net-[0-9a-f]{3}$/, 'request-counter'],
  [/^mail-[0-9a-f]{3}$/, 'mail-counter'],
  [new RegExp(`^${LOG_KEY_ROOM}$`), 'log-key'],
  [new RegExp(`^${OPERATOR_ROOM}$`), 'operator'],
  // The namespace follows, see operations/directory-operations.ts.
  [/^directory-[a-z0-9-]+$/, 'directory'],
  // The same, see operations/hook-operations.ts.
  [/^hooks-[a-z0-9-]+$/, 'hooks'],
];

export const hashingRoomName = (number: number): string => `hash-${number}`;

/** The room that counts the requests of a network, given its hash. */
export const requestCounterName = (network: string): string => `net-${network.slice(0, 3)}`;

/** The room that counts the mails to an address, given its hash. */
export const mailCounterName = (address: string): string => `mail-${address.slice(0, 3)}`;

/** The kind of a room; undefined for a name that no room has. */
export const kindOf = (name: string): RoomKind | undefined =>
  KINDS.find(([pattern]) => pattern.test(name))?.[1];

/**
 * The kind of a room without a name, which an alarm woke on PartyKit. Only accounts rooms and hooks
 * rooms set alarms.
 */
export async function kindByStorage(storage: RoomStorage): Promise<RoomKind> {
  const hooks = await storage.list({ prefix: HOOK_PREFIX, limit: 1 });
  return hooks.size > 0 ? 'hooks' : 'accounts';
}
