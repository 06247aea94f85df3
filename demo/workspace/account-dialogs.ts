import type { TinyHostError } from '../../client/index.ts';
import { byId, find } from '../ui/dom.ts';
import { onSubmit, openDialog } from '../ui/forms.ts';
import { showMessage } from '../ui/page-message.ts';
import type { Panel } from './panel.ts';

const ERROR_MESSAGES = { invalid_credentials: 'This is not your password.' };

type Fields = Record<string, string>;

export interface AccountDialogs {
  /** Ends a session. Opens the dialog for the password if the server requires it. */
  revokeSession(id: string): Promise<void>;
}

/**
 * Connects the dialogs that change the password, delete the account and end a session. `onChange`
 * is called after the account has changed.
 */
export function connectAccountDialogs(
  { client, signal }: Panel,
  onChange: () => void,
): AccountDialogs {
  const email = client.currentSession?.user.email ?? '';
  let sessionToEnd = '';
  const revocation = connectDialog('revocation', signal, async ({ password }) => {
    await client.revokeSession(sessionToEnd, { password: password!, signal });
    onChange();
  });
  const passwordChange = connectDialog('password-change', signal, async (fields) => {
    await client.changePassword({
      current_password: fields.current_password!,
      new_password: fields.new_password!,
      end_other_sessions: fields.end_other_sessions === 'on',
    });
    showMessage('Your password is changed.');
    onChange();
  });
  const deletion = connectDialog('deletion', signal, ({ password }) =>
    client.deleteAccount(password!),
  );
  const open = (dialog: HTMLDialogElement) => () => openDialog(dialog, { email });
  byId('change-password').addEventListener('click', open(passwordChange), { signal });
  byId('delete-account').addEventListener('click', open(deletion), { signal });
  return {
    async revokeSession(id) {
      try {
        await client.revokeSession(id, { signal });
      } catch (error) {
        if ((error as Partial<TinyHostError>).code !== 'proof_needed') throw error;
        sessionToEnd = id;
        open(revocation)();
      }
    },
  };
}

/** Connects the form of a dialog to an action, and closes the dialog when the action is done. */
function connectDialog(
  id: string,
  signal: AbortSignal,
  run: (fields: Fields) => Promise<void>,
): HTMLDialogElement {
  const dialog = byId<HTMLDialogElement>(id);
  const submit = (fields: Fields) => run(fields).then(() => dialog.close());
  onSubmit(find(dialog, 'form'), submit, { messages: ERROR_MESSAGES, signal });
  signal.addEventListener('abort', () => dialog.close());
  return dialog;
}
