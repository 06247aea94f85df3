import type { TinyHostError } from '../client/index.ts';
import { byId, find } from './dom.ts';
import { explain } from './explain.ts';
import { onSubmit, openDialog } from './forms.ts';
import { openVerification } from './mails.ts';
import { tell } from './news.ts';
import type { Panel } from './panel.ts';
import { sessionList } from './sessions.ts';

const SENTENCES = { invalid_credentials: 'This is not your password.' };

type Fields = Record<string, string>;

/**
 * Shows the panel of the account: its address, password, sessions, export and deletion. Returns a
 * function that reloads the data from the server.
 */
export function showAccount({ client, connection, signal }: Panel): () => Promise<void> {
  const email = client.currentSession?.user.email ?? '';
  const sessions = sessionList((id) => attempt(() => revoke(id))());
  let isCurrent = false;

  const load = async () => {
    isCurrent = false;
    const [listed, { user }] = await Promise.all([
      client.sessions({ signal }),
      client.session({ signal }),
    ]);
    isCurrent = true;
    sessions.show(listed);
    byId('verified').textContent = user.verified_at ? 'verified' : 'not verified';
    byId('verify-address').hidden = user.verified_at !== null;
  };
  const refresh = attempt(async () => undefined);

  /** Wraps an action: shows its error in the panel, and reloads the data if it succeeds. */
  function attempt(run: () => Promise<unknown>): () => Promise<void> {
    return async () => {
      const problem = byId('account-problem');
      problem.textContent = '';
      try {
        await run();
        await load();
      } catch (error) {
        if (!signal.aborted) problem.textContent = explain(error);
      }
    };
  }

  let endingSession = '';
  /** Ends a session. Asks for the password if the server requires it. */
  const revoke = async (id: string) => {
    try {
      await client.revokeSession(id, { signal });
    } catch (error) {
      if ((error as Partial<TinyHostError>).code !== 'proof_needed') throw error;
      endingSession = id;
      openDialog(byId<HTMLDialogElement>('revocation'), { email });
    }
  };
  const revokeWithPassword = async ({ password }: Fields) => {
    await client.revokeSession(endingSession, { password: password!, signal });
    void refresh();
  };
  const download = async () => {
    const accountExport = JSON.stringify(await client.exportAccount({ signal }), undefined, 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([accountExport], { type: 'application/json' }));
    link.download = 'tinyhost-export.json';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const changePassword = async (fields: Fields) => {
    await client.changePassword({
      current_password: fields.current_password!,
      new_password: fields.new_password!,
      end_other_sessions: fields.end_other_sessions === 'on',
    });
    tell('Your password is changed.');
    void refresh();
  };
  const onClick = (id: string, run: () => void) =>
    byId(id).addEventListener('click', run, { signal });

  /** Connects the form of a dialog to an action, and closes the dialog when the action is done. */
  function connectDialog(id: string, run: (fields: Fields) => Promise<void>): HTMLDialogElement {
    const dialog = byId<HTMLDialogElement>(id);
    const submit = (fields: Fields) => run(fields).then(() => dialog.close());
    onSubmit(find(dialog, 'form'), submit, { sentences: SENTENCES, signal });
    signal.addEventListener('abort', () => dialog.close());
    return dialog;
  }

  /** Connects a dialog and the button that opens it. */
  function connectButton(button: string, id: string, run: (fields: Fields) => Promise<void>): void {
    const dialog = connectDialog(id, run);
    onClick(button, () => openDialog(dialog, { email }));
  }

  byId('email').textContent = email;
  byId('verified').textContent = '';
  onClick('refresh-sessions', refresh);
  onClick('export', attempt(download));
  onClick('verify-address', () => openVerification(client));
  connectButton('change-password', 'password-change', changePassword);
  connectDialog('revocation', revokeWithPassword);
  connectButton('delete-account', 'deletion', ({ password }) => client.deleteAccount(password!));
  const unsubscribe = connection.subscribe(({ status }) => {
    if (status === 'online' && !isCurrent) void refresh();
  });
  signal.addEventListener('abort', () => {
    unsubscribe();
    sessions.show([]);
  });
  void refresh();
  return refresh;
}
