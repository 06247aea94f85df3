import { useEffect, useRef } from 'react';
import { PasswordField } from '../demo/ui/fields.tsx';
import { Form, Problem } from '../demo/ui/form.tsx';
import { AdminApi, adminUrl } from './api/admin-api.ts';
import { KEY_MESSAGES } from './parts/messages.ts';
import { Title } from './parts/title.tsx';

export interface SignInProps {
  /** Why the form is shown, if there is a reason. */
  message: string;
  /** Called with a key that the server has accepted. */
  onKey: (key: string) => void;
}

/** The form for the operator's key, or a key that the operator has issued. */
export function SignIn({ message, onKey }: SignInProps) {
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current!.querySelector('input')!.focus(), []);
  const signIn = async (key: string) => {
    await new AdminApi(adminUrl(location), key, () => undefined).access();
    onKey(key);
  };
  return (
    <>
      <header className="bar">
        <Title />
      </header>
      <p className="news" role="status" aria-label="News">
        {message}
      </p>
      <main ref={main} className="welcome">
        <div>
          <h2>For those who run it</h2>
          <p>
            Accounts, stores, usage, keys and hooks of this deployment. The operator's key opens all
            of it; an issued key opens what its scopes say.
          </p>
        </div>
        <Form
          name="key"
          className="card"
          labelledBy="sign-in-title"
          messages={KEY_MESSAGES}
          run={({ key }) => signIn(key!.trim())}
        >
          <h2 id="sign-in-title">Sign in</h2>
          <PasswordField label="Key" name="key" autoComplete="off" required />
          <Problem />
          <button type="submit" className="primary">
            Sign in
          </button>
          <p className="quiet">This tab keeps the key until it is closed.</p>
        </Form>
      </main>
    </>
  );
}
