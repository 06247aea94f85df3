import type { Config } from '../platform.ts';
import { sendToConsole } from './mail-console.ts';
import { webhookSender } from './mail-webhook.ts';

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

/** The way by which mail leaves; undefined where none does. */
export function mailSender(config: Config): SendMail | undefined {
  switch (config.MAIL) {
    case 'off':
      return undefined;
    case 'console':
      return sendToConsole;
    case 'webhook':
      return webhookSender(config.MAIL_WEBHOOK_URL, config.MAIL_WEBHOOK_SECRET);
  }
}
