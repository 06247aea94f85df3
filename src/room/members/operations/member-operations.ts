import type { Handlers } from '../../../operations/room-calls.ts';
import type { MemberOperations } from '../../../operations/user-room-operations.ts';
import { fail, succeed } from '../../../protocol/errors.ts';
import type { Member, Membership } from '../../../protocol/membership.ts';
import { isHigher, isLastOwner } from '../member-rules.ts';
import type { SharedStore } from '../shared-store.ts';
import type { StoredMember } from '../stored-store.ts';

const NO_SUCH_MEMBER = fail('not_found', 'there is no such member');
const LAST_OWNER = fail(
  'forbidden',
  'the last owner has to make somebody else an owner first, or delete the store',
);

/** The operations of a store's members on the store and its members, for the edge. */
export function memberOperations(shared: SharedStore): Handlers<MemberOperations> {
  const { members } = shared;

  return {
    'describe-store': async ({ member }) => {
      const known = shared.find(member);
      return known.ok ? succeed(describe(known.value)) : known;
    },

    'rename-store': async ({ member, name }) => {
      const owner = shared.findOwner(member);
      if (!owner.ok) return owner;
      if (name !== members.store!.name) {
        members.rename(name, Date.now());
        await shared.commit();
      }
      return succeed(describe(owner.value));
    },

    'delete-store': async ({ member }) => {
      const owner = shared.findOwner(member);
      if (!owner.ok) return owner;
      await shared.delete();
      return succeed({});
    },

    'list-members': async ({ member }) => {
      const known = shared.find(member);
      if (!known.ok) return known;
      return succeed({ members: [...members.all].map(asMember).sort(oldestFirst) });
    },

    'set-role': async ({ member, account, role }) => {
      const owner = shared.findOwner(member);
      if (!owner.ok) return owner;
      const target = members.get(account);
      if (!target) return NO_SUCH_MEMBER;
      if (role !== 'owner' && isLastOwner(members.all, account)) return LAST_OWNER;
      if (role !== target.role) {
        if (isHigher(target.role, role)) members.invitations.bar(account);
        members.setRole(account, role, Date.now());
        await shared.commit(account);
      }
      return succeed(asMember([account, { ...target, role }]));
    },

    'remove-member': async ({ member, account }) => {
      const isLeaving = account === member.account;
      const known = isLeaving ? shared.find(member) : shared.findOwner(member);
      if (!known.ok) return known;
      if (!members.get(account)) return NO_SUCH_MEMBER;
      if (isLastOwner(members.all, account)) return LAST_OWNER;
      if (!isLeaving) members.invitations.bar(account);
      members.remove(account, Date.now());
      await shared.commit(account);
      return succeed({});
    },
  };

  function describe({ role, joined_at }: StoredMember): Membership {
    const { id: store, name } = members.store!;
    return { store, name, role, joined_at };
  }
}

const asMember = ([id, { email, role, joined_at }]: [string, StoredMember]): Member => ({
  id,
  email,
  role,
  joined_at,
});

const oldestFirst = (one: Member, other: Member): number =>
  one.joined_at.localeCompare(other.joined_at) || one.id.localeCompare(other.id);
