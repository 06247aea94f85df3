import type { MembersRecord } from '../../protocol/backup/records.ts';
import type { Members } from '../members/members.ts';

/** The record of a shared store's members, in an order of its own; undefined if there is none. */
export function membersRecord(members: Members): MembersRecord | undefined {
  const { store } = members;
  if (!store) return undefined;
  const { id, name, created_at, version } = store;
  const all = [...members.all].map(([account, { email, role, joined_at }]) => ({
    id: account,
    email,
    role,
    joined_at,
  }));
  const invitations = [...members.invitations.all].map(([token_hash, invitation]) => ({
    token_hash,
    ...invitation,
  }));
  return {
    kind: 'members',
    store: id,
    name,
    created_at,
    version,
    members: all.sort((one, other) => (one.id < other.id ? -1 : 1)),
    invitations: invitations.sort((one, other) => one.created_at - other.created_at),
  };
}
