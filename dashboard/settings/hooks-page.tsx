import { useCallback, useState } from 'react';
import { useAttempts } from '../../demo/hooks/use-attempts.ts';
import { useMessages } from '../../demo/ui/messages.ts';
import { pathOf } from '../api/admin-api.ts';
import { DONE, HOOK_LIST, type ListedHook } from '../api/responses.ts';
import { useAdmin, useScopes } from '../parts/admin-context.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { timeText } from '../parts/format.ts';
import { Loaded } from '../parts/loaded.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { Deliveries } from './deliveries.tsx';
import { NewHookDialog } from './new-hook-dialog.tsx';

/** The hooks of a namespace, and what they have not confirmed. */
export function HooksPage({ namespace }: { namespace: string }) {
  const { api } = useAdmin();
  const may = useScopes();
  const load = useCallback(
    (signal: AbortSignal) => api.call(pathOf(namespace, 'hooks'), HOOK_LIST, { signal }),
    [api, namespace],
  );
  const answer = useAnswer(load);
  const [isCreating, setCreating] = useState(false);
  return (
    <section className="card" aria-labelledby="hooks-title">
      <div className="head">
        <h2 id="hooks-title" tabIndex={-1}>
          Hooks
        </h2>
        {may('hooks:write') && (
          <button type="button" onClick={() => setCreating(true)}>
            Create a hook…
          </button>
        )}
      </div>
      <p className="quiet">Each is told what happens in {namespace}, by a signed request.</p>
      <Loaded answer={answer}>
        {({ hooks }) => (
          <>
            <ul className="rows" aria-labelledby="hooks-title">
              {hooks.map((hook) => (
                <HookRow key={hook.id} namespace={namespace} hook={hook} onChange={answer.reload} />
              ))}
            </ul>
            {hooks.length === 0 && <p className="empty">Nobody is told of anything yet.</p>}
          </>
        )}
      </Loaded>
      {isCreating && (
        <NewHookDialog
          namespace={namespace}
          onCreated={answer.reload}
          onClose={() => setCreating(false)}
        />
      )}
    </section>
  );
}

interface HookRowProps {
  namespace: string;
  hook: ListedHook;
  /** Called after it was changed or deleted. */
  onChange: () => void;
}

function HookRow({ namespace, hook, onChange }: HookRowProps) {
  const { api } = useAdmin();
  const may = useScopes();
  const showMessage = useMessages();
  const { problem, attempt } = useAttempts();
  const [isDeleting, setDeleting] = useState(false);
  const { id, url, events, created_at, is_paused } = hook;
  const path = pathOf(namespace, 'hooks', id);
  const pause = async () => {
    await api.call(path, DONE, { method: 'PATCH', body: { is_paused: !is_paused } });
    showMessage(is_paused ? `${url} is told again.` : `${url} is paused.`);
    onChange();
  };
  const remove = async () => {
    await api.call(path, DONE, { method: 'DELETE' });
    showMessage(`${url} is told of nothing any more.`);
    onChange();
  };
  return (
    <li>
      <span className="name-and-time">
        <span className="name">{url}</span>
        <span className="badges">
          {is_paused && <span className="badge danger">paused</span>}
          {events.map((event) => (
            <span key={event} className="badge">
              {event}
            </span>
          ))}
        </span>
        <span className="quiet">since {timeText(created_at)}</span>
      </span>
      {may('hooks:write') && (
        <span className="actions">
          <button
            type="button"
            aria-label={`${is_paused ? 'Resume' : 'Pause'} ${url}`}
            onClick={() => attempt(pause)}
          >
            {is_paused ? 'Resume' : 'Pause'}
          </button>
          <button type="button" aria-label={`Delete ${url}`} onClick={() => setDeleting(true)}>
            Delete…
          </button>
        </span>
      )}
      <p className="problem wide" role="alert">
        {problem}
      </p>
      <Deliveries path={path} name={url} />
      {isDeleting && (
        <ConfirmDialog
          title="Delete the hook?"
          action="Delete it"
          run={remove}
          onClose={() => setDeleting(false)}
        >
          <p>{url} is told of nothing any more, also not of what has happened already.</p>
        </ConfirmDialog>
      )}
    </li>
  );
}
