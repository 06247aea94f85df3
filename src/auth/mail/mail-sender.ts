import type { Config } from '../../platform.ts';
import { sendToConsole } from './console-sender.ts';
import type { SendMail } from './mail.ts';
import { webhookSender } from './webhook-sender.ts';

/** The sender that the MAIL setting names; undefined if mail is off. */
export function mailSender(config: Config): SendMail | undefined {
  switch (config.MAIL) {
    case 'off':
      return undefined;
    case 'console':
      return sendToConsole;
    case 'webhook':
      return webhookSender(config.MAIL_WEBHOOK_URL ?? '', config.MAIL_WEBHOOK_SECRET ?? '');
  }
}
