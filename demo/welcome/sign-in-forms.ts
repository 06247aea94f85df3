import type { Client, TinyHostError } from '../../client/index.ts';
import { byId, find, isInput } from '../ui/dom.ts';
import { errorMessage, NO_MAIL } from '../ui/error-messages.ts';
import { onSubmit } from '../ui/forms.ts';
import { showMessage } from '../ui/page-message.ts';

/** The forms of the welcome page. One of them is visible. */
type Form = 'sign-in' | 'sign-up' | 'forgot';
const FORMS: readonly Form[] = ['sign-in', 'sign-up', 'forgot'];

const form = (name: Form) => byId<HTMLFormElement>(name);
const email = (name: Form) => find<HTMLInputElement>(form(name), '[name=email]');

/** Shows one form and copies the typed address from the former one. */
export function showForm(name: Form): void {
  const before = FORMS.find((other) => !form(other).hidden);
  if (before && before !== name) email(name).value = email(before).value;
  for (const other of FORMS) form(other).hidden = other !== name;
  const fields = [...form(name).elements].filter(isInput);
  (fields.find((field) => !field.value) ?? fields[0])?.focus();
}

/** Connects the forms to sign in, to create an account and to request a mail for a new password. */
export function connectSignInForms(client: Client): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-show]')) {
    button.addEventListener('click', () => {
      showMessage('');
      showForm(button.dataset.show as Form);
    });
  }
  onSubmit(form('sign-in'), ({ email, password }) =>
    client.signIn({ email: email!, password: password! }),
  );
  onSubmit(form('sign-up'), async ({ email, password }) => {
    const credentials = { email: email!, password: password! };
    if (await client.signUp(credentials)) return;
    await client.signIn(credentials).catch((error) => {
      showForm('sign-in');
      // A server that hides which addresses have accounts requires the mail's link first.
      const isHidden = (error as TinyHostError).code === 'invalid_credentials';
      const made = `Your account is made, but you are not signed in. ${errorMessage(error)}`;
      showMessage(
        isHidden ? 'A mail is on its way to this address. Follow its link, then sign in.' : made,
      );
    });
  });
  const askForMail = async ({ email }: Record<string, string>) => {
    await client.requestReset(email!);
    showMessage('If this address has an account, a mail is on its way to it.');
    byId('have-token').focus();
  };
  onSubmit(form('forgot'), askForMail, { messages: NO_MAIL });
}
