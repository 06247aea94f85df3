import type { Client } from '../client/index.ts';
import { byId, explain } from './dom.ts';

export interface Welcome {
  focus(): void;
  /** Says why somebody finds themselves here. */
  tell(message: string): void;
}

/** The form to sign in or up with. */
export function watchCredentials(client: Client): Welcome {
  const form = byId<HTMLFormElement>('credentials');
  const problem = byId('credentials-problem');
  const tell = (message: string) => {
    problem.textContent = message;
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { email, password } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const credentials = { email: email!, password: password! };
    const isNew = (event.submitter as HTMLButtonElement).value === 'sign-up';
    tell('');
    setBusy(form, true);
    try {
      if (isNew) await client.signUp(credentials);
      await client.signIn(credentials);
      form.reset();
    } catch (error) {
      tell(explain(error));
    }
    setBusy(form, false);
  });
  return { tell, focus: () => form.querySelector('input')!.focus() };
}

function setBusy(form: HTMLFormElement, busy: boolean): void {
  form.setAttribute('aria-busy', `${busy}`);
  for (const button of form.querySelectorAll('button')) button.disabled = busy;
}
