export type MailPurpose = 'reset-password' | 'verify-address';

/** A message to the owner of an account, for a provider's template to put in words. */
export interface Mail {
  purpose: MailPurpose;
  namespace: string;
  /** The address, as typed at sign-up. */
  to: string;
  /** What the app hands back in `reset-password` or `verify-address`. */
  token: string;
  expires_at: string;
}

/** Sends a mail, or throws; `id` stays the same when it is tried again. */
export type SendMail = (mail: Mail, id: string) => Promise<void>;
