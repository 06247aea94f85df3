import type {
  InvitationRequest,
  MembershipOperations,
} from '../../operations/auth-room-operations.ts';
import type { ProvenMember } from '../../operations/proven-access.ts';
import type { Handlers } from '../../operations/room-calls.ts';
import { fail, NO_SUCH_STORE, type Result, succeed } from '../../protocol/errors.ts';
import { type IssuedInvitation, isStoreId, type Membership } from '../../protocol/membership.ts';
import type { AccountsContext } from '../accounts/context.ts';
import { INVALID_TOKEN } from '../mail/authenticate-token.ts';
import { limitMails } from '../mail/mail-counter.ts';
import { UNAUTHORIZED } from '../sessions/authenticate-session.ts';
import { callStore } from './call-store.ts';
import { deriveInvitationToken, hashInvitationToken, storeOfToken } from './invitation-token.ts';
import { keepMembership } from './keep-membership.ts';
import { Memberships } from './memberships.ts';
import { refuseMoreStores, withSyncingSession } from './store-session.ts';

type InvitationOperations = Pick<MembershipOperations, 'invite' | 'accept-invitation'>;

const NO_MAIL = fail('invalid_field', 'email cannot be used: no mail is sent from here', {
  field: 'email',
});

/** Operations that make somebody a member: inviting, and accepting an invitation. */
export function invitationHandlers(context: AccountsContext): Handlers<InvitationOperations> {
  const { host, outbox, mailKey } = context;
  /** How many invitations an account is accepting now. They count as stores. */
  const accepting = new Map<string, number>();

  return {
    invite: withSyncingSession(context, async (member, request) => {
      if (!isStoreId(request.store)) return NO_SUCH_STORE;
      const admitted = await admitMail(member, request);
      return admitted.ok ? invite(member, request) : admitted;
    }),

    'accept-invitation': withSyncingSession(context, async (member, { token }) => {
      const store = storeOfToken(token);
      if (!store) return INVALID_TOKEN;
      const { account } = member;
      const others = accepting.get(account) ?? 0;
      accepting.set(account, others + 1);
      try {
        const admitted = await admitStore(account, store, others);
        return admitted.ok ? await accept(member, store, token) : admitted;
      } finally {
        const left = accepting.get(account)! - 1;
        if (left > 0) accepting.set(account, left);
        else accepting.delete(account);
      }
    }),
  };

  /** Limits the mails of an account, and those to an address. */
  async function admitMail(
    { account }: ProvenMember,
    { email, client }: InvitationRequest,
  ): Promise<Result<unknown>> {
    if (email === undefined) return succeed({});
    if (host.config.MAIL === 'off') return NO_MAIL;
    const counted = await context.invitationMails.attempt(account, async () => undefined);
    // The networks that the inviter is known from say nothing about the owner of the address.
    return counted.ok ? limitMails(host, email, client, false) : counted;
  }

  /** Limits the stores of an account, without those that it is in already. */
  async function admitStore(
    account: string,
    store: string,
    coming: number,
  ): Promise<Result<unknown>> {
    const memberships = new Memberships(host.storage);
    if (await memberships.get(account, store)) return succeed({});
    return refuseMoreStores(context, memberships, account, coming);
  }

  async function invite(
    member: ProvenMember,
    { store, role, email, expires_in, uses }: InvitationRequest,
  ): Promise<Result<IssuedInvitation>> {
    const id = crypto.randomUUID();
    const token = deriveInvitationToken(mailKey, store, id);
    const token_hash = hashInvitationToken(token);
    const expires_at = Date.now() + expires_in * 1_000;
    const invitation = { id, token_hash, role, expires_at, uses };
    const created = await callStore(host, store, 'create-invitation', { ...invitation, member });
    if (!created.ok) return created;
    if (email !== undefined) {
      const mail = { to: email, id, token_hash, role, expires_at, store_name: created.value.name };
      await outbox.transact(async (_, post) =>
        post({ kind: 'invitation-mail', account: member.account, store, ...mail }),
      );
    }
    return succeed({ ...created.value.invitation, token });
  }

  async function accept(
    member: ProvenMember,
    store: string,
    token: string,
  ): Promise<Result<Membership>> {
    const token_hash = hashInvitationToken(token);
    const accepted = await callStore(host, store, 'accept-invitation', { token_hash, member });
    if (!accepted.ok) return UNUSABLE.has(accepted.error) ? INVALID_TOKEN : accepted;
    const { membership, version } = accepted.value;
    const stored = await keepMembership(outbox, {
      account: member.account,
      ...membership,
      version,
    });
    return stored ? succeed(membership) : UNAUTHORIZED;
  }
}

/** All reasons why a token is of no use have one answer. */
const UNUSABLE: ReadonlySet<string> = new Set(['invalid_token', 'not_found']);
