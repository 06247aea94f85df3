import { useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { CancelButton, Dialog, FormEnd } from '../ui/dialog.tsx';
import { HiddenEmail, PasswordField } from '../ui/fields.tsx';
import { type Fields, Form, Problem } from '../ui/form.tsx';

const MESSAGES = { invalid_credentials: 'This is not your password.' };

export type AccountDialogKind =
  | { kind: 'change-password' | 'delete' }
  | { kind: 'end-session'; id: string };

export interface AccountDialogProps {
  dialog: AccountDialogKind;
  email: string;
  /** Called after the account has changed. */
  onChange: () => void;
  onClose: () => void;
}

/** The dialogs that ask for the password: to change it, to delete the account, to end a session. */
export function AccountDialog({ dialog, email, onChange, onClose }: AccountDialogProps) {
  const form = (close: () => void): FormProps => ({
    email,
    close,
    done: () => {
      close();
      onChange();
    },
  });
  switch (dialog.kind) {
    case 'change-password':
      return (
        <Dialog title="Change your password" onClose={onClose}>
          {(close) => <PasswordChangeForm {...form(close)} />}
        </Dialog>
      );
    case 'delete':
      return (
        <Dialog title="Delete this account?" onClose={onClose}>
          {(close) => <DeletionForm {...form(close)} />}
        </Dialog>
      );
    case 'end-session':
      return (
        <Dialog title="End the session?" onClose={onClose}>
          {(close) => <RevocationForm {...form(close)} id={dialog.id} />}
        </Dialog>
      );
  }
}

interface FormProps {
  email: string;
  close: () => void;
  /** Closes the dialog and loads the account again. */
  done: () => void;
}

function PasswordChangeForm({ email, close, done }: FormProps) {
  const client = useClient();
  const { showMessage } = usePage();
  const change = async (fields: Fields) => {
    await client.changePassword({
      current_password: fields.current_password!,
      new_password: fields.new_password!,
      end_other_sessions: fields.end_other_sessions === 'on',
    });
    showMessage('Your password is changed.');
    done();
  };
  return (
    <Form name="change-password" route="change-password" messages={MESSAGES} run={change}>
      <HiddenEmail email={email} />
      <PasswordField
        label="Current password"
        name="current_password"
        autoComplete="current-password"
        required
      />
      <PasswordField
        label="New password"
        name="new_password"
        autoComplete="new-password"
        required
      />
      <label className="choice">
        <input name="end_other_sessions" type="checkbox" defaultChecked />
        Sign out my other devices
      </label>
      <FormEnd action="Change it" close={close} />
    </Form>
  );
}

function DeletionForm({ email, close }: FormProps) {
  const client = useClient();
  return (
    <Form
      name="delete-account"
      route="delete-account"
      messages={MESSAGES}
      run={({ password }) => client.deleteAccount(password!)}
    >
      <p>The account, its sessions and its store are removed for good, on every device.</p>
      <PasswordProof email={email} />
      <div className="actions">
        <button type="submit" className="danger">
          Delete for good
        </button>
        <CancelButton close={close} text="Keep it" />
      </div>
    </Form>
  );
}

function RevocationForm({ email, close, done, id }: FormProps & { id: string }) {
  const client = useClient();
  const revoke = async ({ password }: Fields) => {
    await client.revokeSession(id, { password: password! });
    done();
  };
  return (
    <Form name="revoke-session" route="revoke-session" messages={MESSAGES} run={revoke}>
      <p className="quiet">
        You signed in here a while ago, so your password is asked for once more.
      </p>
      <PasswordProof email={email} />
      <div className="actions">
        <button type="submit" className="danger">
          End it
        </button>
        <CancelButton close={close} />
      </div>
    </Form>
  );
}

/** The password of the account, and the error if it is wrong. */
const PasswordProof = ({ email }: { email: string }) => (
  <>
    <HiddenEmail email={email} />
    <PasswordField label="Password" name="password" autoComplete="current-password" required />
    <Problem />
  </>
);
