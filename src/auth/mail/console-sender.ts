import type { SendMail } from './mail.ts';

/** Prints each mail with its token, for development only. */
export const sendToConsole: SendMail = async (mail) => {
  console.log(`mail ${JSON.stringify(mail)}`);
};
