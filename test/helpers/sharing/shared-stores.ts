import type { Client } from '../../../client/client.ts';
import type { Role } from '../../../src/protocol/membership.ts';
import { signedInClient } from '../devices/clients.ts';

/** Makes the account of a client a member, as an owner of the store would. */
export async function addMember(
  owner: Client,
  store: string,
  member: Client,
  role: Role,
): Promise<void> {
  const { token } = await owner.stores.invite(store, { role });
  await member.stores.acceptInvitation(token);
}

/** A new shared store with a member of each role, all of them signed in. */
export async function newSharedStore(options: { url?: string } = {}) {
  const [owner, editor, viewer] = await Promise.all([1, 2, 3].map(() => signedInClient(options)));
  const { store } = await owner!.stores.create('Holiday');
  await addMember(owner!, store, editor!, 'editor');
  await addMember(owner!, store, viewer!, 'viewer');
  return { store, owner: owner!, editor: editor!, viewer: viewer! };
}

/** The id of the account of a client, among the members of a store. */
export async function accountOf(client: Client, store: string): Promise<string> {
  const members = await client.stores.members(store);
  return members.find(({ email }) => email === client.currentSession!.user.email)!.id;
}
