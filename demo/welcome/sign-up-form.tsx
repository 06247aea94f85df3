import type { TinyHostError } from '../../client/index.ts';
import { useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { errorMessage } from '../ui/error-messages.ts';
import { EmailField, PasswordField } from '../ui/fields.tsx';
import { type Fields, Form, Problem } from '../ui/form.tsx';
import { FormLink } from './form-link.tsx';

export function SignUpForm({ email }: { email: string }) {
  const client = useClient();
  const { showForm, showMessage } = usePage();
  const signUp = async ({ email, password }: Fields) => {
    const credentials = { email: email!, password: password! };
    if (await client.signUp(credentials)) return;
    await client.signIn(credentials).catch((error) => {
      showForm('sign-in');
      showMessage(notSignedIn(error));
    });
  };
  return (
    <Form name="sign-up" route="sign-up" className="card" labelledBy="sign-up-title" run={signUp}>
      <h2 id="sign-up-title">Make an account</h2>
      <EmailField defaultValue={email} />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        aria-describedby="password-hint"
      />
      <p id="password-hint" className="quiet">
        At least 8 characters, and none of the common ones.
      </p>
      <Problem />
      <button type="submit" className="primary">
        Make an account
      </button>
      <p className="quiet">
        Already have one? <FormLink to="sign-in" text="Sign in" />
      </p>
    </Form>
  );
}

/** A server that hides which addresses have accounts requires the mail's link first. */
const notSignedIn = (error: unknown): string =>
  (error as TinyHostError).code === 'invalid_credentials'
    ? 'A mail is on its way to this address. Follow its link, then sign in.'
    : `Your account is made, but you are not signed in. ${errorMessage(error)}`;
