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

/** Sends a mail, or throws. Retries have the same `id`. */
export type SendMail = (mail: Mail, id: string) => Promise<void>;
