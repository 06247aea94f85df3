import { deliverableAddress } from '../../email-address.ts';
import type { RoomStorage } from '../../platform.ts';
import { Accounts } from '../accounts/accounts.ts';
import { isoTime } from '../iso-time.ts';
import type { InvitationMail, InvitationMailJob } from '../mail/mail.ts';
import { deriveInvitationToken, hashInvitationToken } from './invitation-token.ts';

/**
 * The mail of an invitation. Undefined if it has expired, if the account that invites is gone, or
 * if the token cannot be derived any more, because the key has changed since.
 */
export async function invitationMail(
  storage: RoomStorage,
  mailKey: Uint8Array,
  { account, to, store, store_name, role, id, token_hash, expires_at }: InvitationMailJob,
): Promise<InvitationMail | undefined> {
  const inviter = await new Accounts(storage).get(account);
  const token = deriveInvitationToken(mailKey, store, id);
  const isGood = expires_at > Date.now() && hashInvitationToken(token) === token_hash;
  if (!inviter || !isGood) return undefined;
  return {
    purpose: 'invitation',
    namespace: inviter.namespace,
    to: deliverableAddress(to),
    token,
    expires_at: isoTime(expires_at),
    invited_by: inviter.email,
    store_name,
    role,
  };
}
