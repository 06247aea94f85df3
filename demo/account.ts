import type { ListedSession } from '../client/index.ts';
import { byId, explain, find, fromTemplate, keyedRows } from './dom.ts';
import type { Panel } from './panel.ts';

/** The sessions of the account, its export, and its end. */
export function showAccount({ client, signal }: Panel): void {
  const problem = byId('account-problem');
  const dialog = byId<HTMLDialogElement>('deletion');
  const form = byId<HTMLFormElement>('deletion-form');
  let sessions = new Map<string, ListedSession>();
  const rows = keyedRows(byId('sessions'), makeRow, updateRow);

  function makeRow(id: string): HTMLElement {
    const row = fromTemplate('session-row');
    const end = () => client.revokeSession(id, { signal }).then(refresh);
    find(row, 'button').addEventListener('click', attempt(end));
    return row;
  }

  function updateRow(row: HTMLElement, id: string): void {
    const { user_agent, created_at, current } = sessions.get(id)!;
    const since = new Date(created_at).toLocaleString([], {
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    find(row, '.name').textContent = user_agent || 'Unknown program';
    find(row, '.quiet').textContent = current ? 'this one' : `since ${since}`;
    const button = find(row, 'button');
    button.hidden = current;
    button.setAttribute('aria-label', `End the session of ${user_agent} since ${since}`);
  }

  /** Runs what may fail, and says so where everybody looks. */
  function attempt(run: () => Promise<unknown>): () => Promise<void> {
    return async () => {
      problem.textContent = '';
      try {
        await run();
      } catch (error) {
        if (!signal.aborted) problem.textContent = explain(error);
      }
    };
  }

  const refresh = async () => {
    const listed = await client.sessions({ signal });
    sessions = new Map(listed.map((session) => [session.id, session]));
    rows.show([...sessions.keys()]);
  };
  const download = async () => {
    const everything = JSON.stringify(await client.exportAccount({ signal }), undefined, 2);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([everything], { type: 'application/json' }));
    link.download = 'tinyhost-export.json';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  const deleteAccount = async (event: Event) => {
    event.preventDefault();
    const complaint = byId('deletion-problem');
    complaint.textContent = '';
    try {
      await client.deleteAccount(`${new FormData(form).get('password')}`, { signal });
      dialog.close();
    } catch (error) {
      complaint.textContent = explain(error);
    }
  };
  const ask = () => {
    form.reset();
    byId('deletion-problem').textContent = '';
    dialog.showModal();
  };
  byId('email').textContent = client.currentSession?.user.email ?? '';
  byId('refresh-sessions').addEventListener('click', attempt(refresh), { signal });
  byId('export').addEventListener('click', attempt(download), { signal });
  byId('delete-account').addEventListener('click', ask, { signal });
  byId('keep-account').addEventListener('click', () => dialog.close(), { signal });
  form.addEventListener('submit', deleteAccount, { signal });
  signal.addEventListener('abort', () => {
    dialog.close();
    rows.show([]);
  });
  void attempt(refresh)();
}
