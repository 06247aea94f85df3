import type { Role } from '../../protocol/membership.ts';

export type MailPurpose = 'reset-password' | 'verify-address';

/** The data of a mail to the owner of an account. The provider's template writes the text. */
export interface Mail {
  purpose: MailPurpose;
  namespace: string;
  /** The address, as typed at sign-up. */
  to: string;
  /** The app returns it in `reset-password` or `verify-address`. */
  token: string;
  expires_at: string;
}

/** The data of a mail to somebody who is invited to a store, perhaps without an account. */
export interface InvitationMail {
  purpose: 'invitation';
  namespace: string;
  to: string;
  /** The app returns it in `accept-invitation`. */
  token: string;
  expires_at: string;
  /** The address of the account that invites. */
  invited_by: string;
  /** Chosen by a user, like every name. */
  store_name: string;
  role: Role;
}

/** An invitation's mail before it is sent. The token is derived again. */
export interface InvitationMailJob {
  /** The account that invites. */
  account: string;
  to: string;
  store: string;
  store_name: string;
  role: Role;
  /** The id of the invitation. */
  id: string;
  token_hash: string;
  /** Milliseconds since the epoch. */
  expires_at: number;
}

/** Sends a mail, or throws. Retries have the same `id`. */
export type SendMail = (mail: Mail | InvitationMail, id: string) => Promise<void>;
