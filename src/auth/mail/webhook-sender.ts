import { postWebhook } from '../webhook.ts';
import type { SendMail } from './mail.ts';

/** Posts each mail to `url` as JSON, signed with `secret`. */
export const webhookSender =
  (url: string, secret: string): SendMail =>
  (mail, id) =>
    postWebhook({ url, secret }, id, JSON.stringify({ type: `mail.${mail.purpose}`, data: mail }));
