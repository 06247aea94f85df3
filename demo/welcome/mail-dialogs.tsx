import { useState } from 'react';
import type { TinyHostError } from '../../client/index.ts';
import { useClient, useSession } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { Dialog, FormEnd } from '../ui/dialog.tsx';
import { errorMessage, NO_MAIL } from '../ui/error-messages.ts';
import { PasswordField, TokenField } from '../ui/fields.tsx';
import { type Fields, Form } from '../ui/form.tsx';
import { type MailLink, tokenIn } from './mail-link.ts';

export interface MailDialogProps {
  link: MailLink;
  /** Called after the address of an account was verified. */
  onVerified: () => void;
  onClose: () => void;
}

/** The dialog for a token of a mail: it resets a password, or verifies an address. */
export function MailDialog({ link, onVerified, onClose }: MailDialogProps) {
  return link.purpose === 'reset' ? (
    <Dialog title="Choose a new password" onClose={onClose}>
      {(close) => <ResetForm token={link.token} close={close} />}
    </Dialog>
  ) : (
    <Dialog title="Verify your address" onClose={onClose}>
      {(close) => <VerificationForm token={link.token} close={close} onVerified={onVerified} />}
    </Dialog>
  );
}

interface TokenFormProps {
  token: string;
  close: () => void;
}

function ResetForm({ token, close }: TokenFormProps) {
  const client = useClient();
  const { showForm, showMessage } = usePage();
  const reset = async ({ token, new_password }: Fields) => {
    await client.resetPassword({ token: tokenIn(token!), new_password: new_password! });
    // All sessions of the account have ended. This call notices it if ours was one of them.
    if (client.currentSession) await client.session().catch(() => undefined);
    close();
    showForm('sign-in');
    showMessage('Your password is changed. Sign in with it.');
  };
  return (
    <Form name="reset-password" route="reset-password" run={reset}>
      <p className="quiet">All devices that are signed in to the account will be signed out.</p>
      <TokenField defaultValue={token} />
      <PasswordField
        label="New password"
        name="new_password"
        autoComplete="new-password"
        required
      />
      <FormEnd action="Set the password" close={close} />
    </Form>
  );
}

const VERIFICATION = {
  unauthorized: 'Enter the password of the account that the mail was sent for.',
  invalid_credentials: 'This is not the password of the account.',
};

function VerificationForm({
  token,
  close,
  onVerified,
}: TokenFormProps & { onVerified: () => void }) {
  const client = useClient();
  const session = useSession();
  const { showMessage } = usePage();
  // Without a session, the password proves the account.
  const [needsPassword, setNeedsPassword] = useState(!session);
  const verify = async ({ token, password }: Fields) => {
    const proof = password ? { password } : {};
    await client.verifyAddress(tokenIn(token!), proof).catch((error: TinyHostError) => {
      // The token may belong to another account than the signed-in one.
      if (error.code === 'unauthorized') setNeedsPassword(true);
      throw error;
    });
    close();
    showMessage('Your address is verified.');
    onVerified();
  };
  return (
    <Form name="verify-address" route="verify-address" messages={VERIFICATION} run={verify}>
      <p className="quiet">A mail with a token shows that the address is yours.</p>
      {session && <VerificationMail email={session.user.email} />}
      <TokenField defaultValue={token} />
      {needsPassword && (
        <PasswordField
          label="Password of the account"
          name="password"
          autoComplete="current-password"
          required
        />
      )}
      <FormEnd action="Verify" close={close} />
    </Form>
  );
}

/** The button that requests another mail, and what came of it. */
function VerificationMail({ email }: { email: string }) {
  const client = useClient();
  const [result, setResult] = useState('');
  const request = async () => {
    setResult('');
    const sent = `A mail is on its way to ${email}.`;
    setResult(
      await client.requestVerification().then(
        () => sent,
        (error) => errorMessage(error, NO_MAIL),
      ),
    );
  };
  return (
    <>
      <div className="actions">
        <button type="button" onClick={request}>
          Send the mail
        </button>
      </div>
      <p className="quiet" role="status" aria-label="Mail">
        {result}
      </p>
    </>
  );
}
