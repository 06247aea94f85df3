import type { ProvenMember } from '../../../operations/proven-access.ts';
import type { Handlers } from '../../../operations/room-calls.ts';
import type {
  InvitationOperations,
  SharedStoreOperations,
} from '../../../operations/user-room-operations.ts';
import type { Config } from '../../../platform.ts';
import { fail, type Result, succeed } from '../../../protocol/errors.ts';
import type { Role } from '../../../protocol/membership.ts';
import { isHigher, isOpenTo } from '../member-rules.ts';
import type { SharedStore } from '../shared-store.ts';
import type { StoredInvitation } from '../stored-store.ts';

type Operations = InvitationOperations &
  Pick<SharedStoreOperations, 'create-invitation' | 'accept-invitation'>;

/** The auth room answers it in the words for all tokens. */
const NOT_GOOD = fail('invalid_token', 'this invitation is not, or no longer, good');

/** The operations on the invitations of a store. */
export function invitationOperations(config: Config, shared: SharedStore): Handlers<Operations> {
  const { members } = shared;
  const { invitations } = members;

  return {
    'list-invitations': async ({ member }) => {
      const owner = shared.findOwner(member);
      return owner.ok ? succeed({ invitations: invitations.open(Date.now()) }) : owner;
    },

    'revoke-invitation': async ({ member, id }) => {
      const owner = shared.findOwner(member);
      if (!owner.ok) return owner;
      const revoked = invitations.revoke(id, Date.now());
      if (revoked.ok) await shared.commit();
      return revoked;
    },

    'create-invitation': async ({ member, ...request }) => {
      const owner = shared.findOwner(member);
      if (!owner.ok) return owner;
      const { name } = members.store!;
      const created = invitations.add(member.account, request, Date.now());
      if (!created.ok) return created;
      await shared.commit();
      return succeed({ invitation: created.value, name });
    },

    'accept-invitation': async ({ token_hash, member }) => {
      const { store } = members;
      const invitation = invitations.find(token_hash);
      if (!store || !invitation || store.namespace !== member.namespace) return NOT_GOOD;
      const admitted = admit(member, invitation);
      if (!admitted.ok) return admitted;
      const { role } = admitted.value;
      if (admitted.value.isNew) {
        invitations.use(token_hash);
        if (members.get(member.account)) members.setRole(member.account, role, Date.now());
        else members.join(member, role, Date.now());
      }
      const { id, name, version } = members.store!;
      const { joined_at } = members.get(member.account)!;
      if (admitted.value.isNew) await shared.commit(member.account);
      return succeed({ membership: { store: id, name, role, joined_at }, version });
    },
  };

  /**
   * The role of an account after it accepts. Whoever accepts again, perhaps because an answer was
   * lost, keeps at least the present role.
   */
  function admit(
    { account }: ProvenMember,
    invitation: StoredInvitation,
  ): Result<{ role: Role; isNew: boolean }> {
    const present = members.get(account)?.role;
    const isGood = isOpenTo(invitation, account, Date.now());
    if (present && !(isGood && isHigher(invitation.role, present))) {
      return succeed({ role: present, isNew: false });
    }
    if (!isGood) return NOT_GOOD;
    const limit = config.MAX_MEMBERS;
    if (!present && limit > 0 && members.all.size >= limit) return TOO_MANY_MEMBERS(limit);
    return succeed({ role: invitation.role, isNew: true });
  }
}

const TOO_MANY_MEMBERS = (limit: number) =>
  fail('limit_reached', `a store can have ${limit} members`, { field: 'members' });
