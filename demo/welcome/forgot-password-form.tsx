import { useRef } from 'react';
import { useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { NO_MAIL } from '../ui/error-messages.ts';
import { EmailField } from '../ui/fields.tsx';
import { type Fields, Form, Problem } from '../ui/form.tsx';
import { FormLink } from './form-link.tsx';

export function ForgotPasswordForm({ email }: { email: string }) {
  const client = useClient();
  const { showMessage, openMailDialog } = usePage();
  const next = useRef<HTMLButtonElement>(null);
  const requestMail = async ({ email }: Fields) => {
    await client.requestReset(email!);
    showMessage('If this address has an account, a mail is on its way to it.');
    next.current?.focus();
  };
  return (
    <Form
      name="forgot"
      route="request-reset"
      className="card"
      labelledBy="forgot-title"
      messages={NO_MAIL}
      run={requestMail}
    >
      <h2 id="forgot-title">Forgot your password?</h2>
      <p className="quiet">A mail with a token lets you choose a new one.</p>
      <EmailField defaultValue={email} />
      <Problem />
      <button type="submit" className="primary">
        Send the mail
      </button>
      <div className="ways">
        <button
          ref={next}
          type="button"
          className="link"
          onClick={() => openMailDialog({ purpose: 'reset', token: '' })}
        >
          I have a token
        </button>
        <FormLink to="sign-in" text="Back to sign in" />
      </div>
    </Form>
  );
}
