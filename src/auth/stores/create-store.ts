import type { ProvenMember } from '../../operations/proven-access.ts';
import type { RoomHost } from '../../platform.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import { Accounts } from '../accounts/accounts.ts';
import { callStore } from './call-store.ts';
import { memberOf } from './member-of.ts';
import { Memberships } from './memberships.ts';

/**
 * Has the room of a new store create it, and returns its owner. Does nothing if the owner has left
 * it since: deleted the account, or deleted the store after an attempt that seemed to fail.
 */
export async function createStore(
  host: RoomHost,
  { store, account, shard }: { store: string; account: string; shard: string },
): Promise<Result<ProvenMember | undefined>> {
  const owner = await new Accounts(host.storage).get(account);
  const membership = await new Memberships(host.storage).get(account, store);
  if (!owner || !membership) return succeed(undefined);
  const { name } = membership;
  const first = memberOf(owner, shard);
  const created = await callStore(host, store, 'create-store', { store, name, owner: first });
  return created.ok ? succeed(first) : created;
}
