import { useCallback, useState } from 'react';
import { useAttempts } from '../../demo/hooks/use-attempts.ts';
import { useMessages } from '../../demo/ui/messages.ts';
import { pathOf } from '../api/admin-api.ts';
import { DELIVERY_LIST, DONE, type ListedDelivery } from '../api/responses.ts';
import { useAdmin, useScopes } from '../parts/admin-context.ts';
import { countText, timeText } from '../parts/format.ts';
import { Loaded } from '../parts/loaded.tsx';
import { useAnswer } from '../parts/use-answer.ts';

interface DeliveriesProps {
  /** The path of the hook below `/admin`. */
  path: string;
  /** The URL of the hook. */
  name: string;
}

/** The events that a hook has not confirmed, shown when the operator asks for them. */
export function Deliveries({ path, name }: DeliveriesProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="wide" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary aria-label={`Not delivered to ${name}`}>Not delivered</summary>
      {isOpen && <DeliveryRows path={path} />}
    </details>
  );
}

function DeliveryRows({ path }: { path: string }) {
  const { api } = useAdmin();
  const load = useCallback(
    (signal: AbortSignal) => api.call(`${path}/deliveries`, DELIVERY_LIST, { signal }),
    [api, path],
  );
  const answer = useAnswer(load);
  return (
    <Loaded answer={answer}>
      {({ pending, failed, deliveries }) => (
        <>
          <p className="quiet">
            {countText(pending, 'event')} to be sent, {failed.toLocaleString()} given up.{' '}
            <button type="button" className="link" onClick={answer.reload}>
              Look again
            </button>
          </p>
          <ul className="rows">
            {deliveries.map((delivery) => (
              <DeliveryRow
                key={delivery.id}
                path={path}
                delivery={delivery}
                onRetry={answer.reload}
              />
            ))}
          </ul>
        </>
      )}
    </Loaded>
  );
}

interface DeliveryRowProps {
  path: string;
  delivery: ListedDelivery;
  onRetry: () => void;
}

function DeliveryRow({ path, delivery, onRetry }: DeliveryRowProps) {
  const { api } = useAdmin();
  const may = useScopes();
  const showMessage = useMessages();
  const { problem, attempt } = useAttempts();
  const { id, type, subject, state, created_at, attempts, next_attempt_at, last_failure } =
    delivery;
  const retry = async () => {
    await api.call(`${path}/deliveries/${pathOf(id)}/retry`, DONE, { method: 'POST' });
    showMessage('It is sent again.');
    onRetry();
  };
  const next = next_attempt_at === null ? '' : `, next at ${timeText(next_attempt_at)}`;
  return (
    <li>
      <span className="name-and-time">
        <span className="name">{type}</span>
        <span className={state === 'failed' ? 'badge danger' : 'badge'}>{state}</span>
        <span className="quiet">
          {subject}, {timeText(created_at)}, {countText(attempts, 'attempt')}
          {last_failure !== null && ` (${last_failure})`}
          {next}
        </span>
      </span>
      {may('hooks:write') && (
        <button
          type="button"
          aria-label={`Send again: ${type} of ${subject}`}
          onClick={() => attempt(retry)}
        >
          Send again
        </button>
      )}
      <p className="problem wide" role="alert">
        {problem}
      </p>
    </li>
  );
}
