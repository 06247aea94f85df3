import { useClient } from '../../client/react/index.tsx';
import { EmailField, PasswordField } from '../ui/fields.tsx';
import { Form, Problem } from '../ui/form.tsx';
import { FormLink } from './form-link.tsx';

export function SignInForm({ email }: { email: string }) {
  const client = useClient();
  return (
    <Form
      name="sign-in"
      route="sign-in"
      className="card"
      labelledBy="sign-in-title"
      run={({ email, password }) => client.signIn({ email: email!, password: password! })}
    >
      <h2 id="sign-in-title">Sign in</h2>
      <EmailField defaultValue={email} />
      <PasswordField label="Password" name="password" autoComplete="current-password" required />
      <Problem />
      <button type="submit" className="primary">
        Sign in
      </button>
      <div className="ways">
        <FormLink to="forgot" text="Forgot your password?" />
        <p className="quiet">
          New here? <FormLink to="sign-up" text="Make an account" />
        </p>
      </div>
    </Form>
  );
}
