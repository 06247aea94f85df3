import type { Client } from '../client/index.ts';
import { byId, find } from './dom.ts';
import { explain, NO_MAIL } from './explain.ts';
import { onSubmit, openDialog } from './forms.ts';
import { readMailLink, tokenIn } from './mail-token.ts';
import { tell } from './news.ts';
import { showForm } from './welcome.ts';

const VERIFICATION = {
  unauthorized: 'Enter the password of the account that the mail was sent for.',
  invalid_credentials: 'This is not the password of the account.',
};

const reset = () => byId<HTMLDialogElement>('reset');
const verification = () => byId<HTMLDialogElement>('verification');
const formOf = (dialog: HTMLDialogElement) => find<HTMLFormElement>(dialog, 'form');

/** The account is proven by its session, or else by its password. */
function askForPassword(asks: boolean): void {
  const proof = byId('verification-proof');
  proof.hidden = !asks;
  find<HTMLInputElement>(proof, 'input').required = asks;
}

/** Asks for a token that proves the address; only who is signed in can have a mail sent. */
export function openVerification(client: Client, token = ''): void {
  byId('request-verification').hidden = !client.currentSession;
  askForPassword(!client.currentSession);
  byId('verification-sent').textContent = '';
  openDialog(verification(), { token });
}

/** What the tokens of mails are for: a new password, and a verified address. */
export function watchMails(client: Client, onVerified: () => void): void {
  onSubmit(formOf(reset()), async ({ token, new_password }) => {
    await client.resetPassword({ token: tokenIn(token!), new_password: new_password! });
    // Every session of the account has ended; this notices where it was ours.
    if (client.currentSession) await client.session().catch(() => undefined);
    reset().close();
    if (!client.currentSession) showForm('sign-in');
    tell('Your password is changed. Sign in with it.');
  });
  const verify = async ({ token, password }: Record<string, string>) => {
    await client.verifyAddress(tokenIn(token!), password ? { password } : {}).catch((error) => {
      // The token may be of another account than the one that is signed in here.
      if (error.code === 'unauthorized') askForPassword(true);
      throw error;
    });
    verification().close();
    tell('Your address is verified.');
    onVerified();
  };
  onSubmit(formOf(verification()), verify, { sentences: VERIFICATION });
  byId('have-token').addEventListener('click', () => openDialog(reset()));
  byId('request-verification').addEventListener('click', async () => {
    const sent = byId('verification-sent');
    sent.textContent = '';
    sent.textContent = await client.requestVerification().then(
      () => `A mail is on its way to ${client.currentSession?.user.email}.`,
      (error) => explain(error, NO_MAIL),
    );
  });
  const follow = () => {
    const link = readMailLink(location.hash);
    if (!link) return;
    // A token does not belong in the history.
    history.replaceState(null, '', location.pathname);
    if (link.purpose === 'verify') openVerification(client, link.token);
    else openDialog(reset(), { token: link.token });
  };
  addEventListener('hashchange', follow);
  follow();
}
