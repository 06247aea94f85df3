import { useCallback, useState } from 'react';
import { useMessages } from '../../demo/ui/messages.ts';
import { pathOf } from '../api/admin-api.ts';
import { DONE, KEY_LIST, type ListedKey } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { dateText, timeText } from '../parts/format.ts';
import { Loaded } from '../parts/loaded.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { NewKeyDialog } from './new-key-dialog.tsx';

/** The keys that the operator has issued. */
export function KeysPage() {
  const { api } = useAdmin();
  const load = useCallback((signal: AbortSignal) => api.call('keys', KEY_LIST, { signal }), [api]);
  const answer = useAnswer(load);
  const [isCreating, setCreating] = useState(false);
  return (
    <section className="card" aria-labelledby="keys-title">
      <div className="head">
        <h2 id="keys-title" tabIndex={-1}>
          Keys
        </h2>
        <button type="button" onClick={() => setCreating(true)}>
          Create a key…
        </button>
      </div>
      <p className="quiet">
        For backends, cron jobs and agents. Each does only what its scopes say.
      </p>
      <Loaded answer={answer}>
        {({ keys }) => (
          <>
            <ul className="rows" aria-labelledby="keys-title">
              {keys.map((key) => (
                <KeyRow key={key.id} issued={key} onRevoked={answer.reload} />
              ))}
            </ul>
            {keys.length === 0 && <p className="empty">You have not issued any key.</p>}
          </>
        )}
      </Loaded>
      {isCreating && <NewKeyDialog onCreated={answer.reload} onClose={() => setCreating(false)} />}
    </section>
  );
}

function KeyRow({ issued, onRevoked }: { issued: ListedKey; onRevoked: () => void }) {
  const { api } = useAdmin();
  const showMessage = useMessages();
  const [isAsking, setAsking] = useState(false);
  const { id, namespace, scopes, note, created_at, last_used_on, expires_at } = issued;
  const name = note || id;
  const hasExpired = expires_at !== null && Date.parse(expires_at) <= Date.now();
  const revoke = async () => {
    await api.call(pathOf('keys', id), DONE, { method: 'DELETE' });
    showMessage(`The key “${name}” is revoked.`);
    onRevoked();
  };
  return (
    <li>
      <span className="name-and-time">
        <span className="name">{name}</span>
        <span className="badges">
          <span className="badge">{namespace ?? 'all namespaces'}</span>
          {scopes.map((scope) => (
            <span key={scope} className="badge">
              {scope}
            </span>
          ))}
          {hasExpired && <span className="badge danger">expired</span>}
        </span>
        <span className="quiet">
          since {timeText(created_at)},{' '}
          {last_used_on === null ? 'never used' : `last used on ${dateText(last_used_on)}`},{' '}
          {expires_at === null ? 'without an end' : `until ${timeText(expires_at)}`}
        </span>
      </span>
      <button type="button" aria-label={`Revoke ${name}`} onClick={() => setAsking(true)}>
        Revoke…
      </button>
      {isAsking && (
        <ConfirmDialog
          title={`Revoke “${name}”?`}
          action="Revoke it"
          run={revoke}
          onClose={() => setAsking(false)}
        >
          <p>Whoever uses this key is refused at once.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
