import type { Client } from '../../client/index.ts';
import { byId, find } from '../ui/dom.ts';
import { errorMessage, NO_MAIL } from '../ui/error-messages.ts';
import { onSubmit, openDialog } from '../ui/forms.ts';
import { showMessage } from '../ui/page-message.ts';
import { readMailLink, tokenIn } from './mail-link.ts';
import { showForm } from './sign-in-forms.ts';

const VERIFICATION = {
  unauthorized: 'Enter the password of the account that the mail was sent for.',
  invalid_credentials: 'This is not the password of the account.',
};

const reset = () => byId<HTMLDialogElement>('reset');
const verification = () => byId<HTMLDialogElement>('verification');
const formOf = (dialog: HTMLDialogElement) => find<HTMLFormElement>(dialog, 'form');

/** Shows or hides the password field. Without a session, the password proves the account. */
function askForPassword(asks: boolean): void {
  const proof = byId('verification-proof');
  proof.hidden = !asks;
  find<HTMLInputElement>(proof, 'input').required = asks;
}

/** Opens the dialog that verifies the address. Only a signed-in user can request a mail. */
export function openVerification(client: Client, token = ''): void {
  byId('request-verification').hidden = !client.currentSession;
  askForPassword(!client.currentSession);
  byId('verification-sent').textContent = '';
  openDialog(verification(), { token });
}

/** Handles tokens of mails: the dialogs to reset a password and to verify an address. */
export function connectMailDialogs(client: Client, onVerified: () => void): void {
  onSubmit(formOf(reset()), async ({ token, new_password }) => {
    await client.resetPassword({ token: tokenIn(token!), new_password: new_password! });
    // All sessions of the account have ended. This call notices it if ours was one of them.
    if (client.currentSession) await client.session().catch(() => undefined);
    reset().close();
    if (!client.currentSession) showForm('sign-in');
    showMessage('Your password is changed. Sign in with it.');
  });
  const verify = async ({ token, password }: Record<string, string>) => {
    await client.verifyAddress(tokenIn(token!), password ? { password } : {}).catch((error) => {
      // The token may belong to another account than the signed-in one.
      if (error.code === 'unauthorized') askForPassword(true);
      throw error;
    });
    verification().close();
    showMessage('Your address is verified.');
    onVerified();
  };
  onSubmit(formOf(verification()), verify, { messages: VERIFICATION });
  byId('have-token').addEventListener('click', () => openDialog(reset()));
  byId('request-verification').addEventListener('click', async () => {
    const sent = byId('verification-sent');
    sent.textContent = '';
    sent.textContent = await client.requestVerification().then(
      () => `A mail is on its way to ${client.currentSession?.user.email}.`,
      (error) => errorMessage(error, NO_MAIL),
    );
  });
  const follow = () => {
    const link = readMailLink(location.hash);
    if (!link) return;
    // Keeps the token out of the browser's history.
    history.replaceState(null, '', location.pathname);
    if (link.purpose === 'verify') openVerification(client, link.token);
    else openDialog(reset(), { token: link.token });
  };
  addEventListener('hashchange', follow);
  follow();
}
