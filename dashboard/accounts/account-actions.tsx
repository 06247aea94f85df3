import { useState } from 'react';
import { useAttempts } from '../../demo/hooks/use-attempts.ts';
import { useMessages } from '../../demo/ui/messages.ts';
import { pathOf } from '../api/admin-api.ts';
import { DONE, type OperatedAccount } from '../api/responses.ts';
import { useAdmin, useScopes } from '../parts/admin-context.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { hrefOf } from '../route.ts';

export interface AccountActionsProps {
  namespace: string;
  account: OperatedAccount;
  /** Called after the account has changed. */
  onChange: () => void;
}

type Question = 'disable' | 'end-sessions' | 'delete';

/** What the operator can do with an account. */
export function AccountActions({ namespace, account, onChange }: AccountActionsProps) {
  const may = useScopes();
  const send = useAccountCalls(namespace, account);
  const { email } = account;
  const change: Send = async (...call) => {
    await send(...call);
    onChange();
  };
  const { problem, attempt } = useAttempts();
  const [question, ask] = useState<Question>();
  if (!may('accounts:write')) return null;
  return (
    <>
      <div className="actions">
        {account.is_disabled ? (
          <button
            type="button"
            onClick={() => attempt(() => change('POST', 'enable', `${email} is enabled.`))}
          >
            Enable
          </button>
        ) : (
          <button type="button" onClick={() => ask('disable')}>
            Disable…
          </button>
        )}
        <button type="button" onClick={() => ask('end-sessions')}>
          End sessions…
        </button>
        <button
          type="button"
          onClick={() =>
            attempt(() => send('POST', 'request-reset', `A reset mail is sent to ${email}.`))
          }
        >
          Send reset mail
        </button>
        <button type="button" className="danger" onClick={() => ask('delete')}>
          Delete…
        </button>
      </div>
      <p className="problem" role="alert">
        {problem}
      </p>
      {question && (
        <Confirmation
          question={question}
          account={account}
          change={change}
          remove={async () => {
            await send('DELETE', '', `${email} is deleted.`);
            location.hash = hrefOf({ section: 'accounts', namespace });
          }}
          onClose={() => ask(undefined)}
        />
      )}
    </>
  );
}

type Send = (method: 'POST' | 'DELETE', path: string, message: string) => Promise<void>;

/** Returns a function that calls a route of the account, and then says what was done. */
function useAccountCalls(namespace: string, { id }: OperatedAccount): Send {
  const { api } = useAdmin();
  const showMessage = useMessages();
  return async (method, path, message) => {
    showMessage('');
    const rest = path && `/${path}`;
    await api.call(`${pathOf(namespace, 'accounts', id)}${rest}`, DONE, { method });
    showMessage(message);
  };
}

interface ConfirmationProps {
  question: Question;
  account: OperatedAccount;
  change: Send;
  remove: () => Promise<void>;
  onClose: () => void;
}

function Confirmation({ question, account, change, remove, onClose }: ConfirmationProps) {
  const { email } = account;
  switch (question) {
    case 'disable':
      return (
        <ConfirmDialog
          title={`Disable ${email}?`}
          action="Disable"
          run={() => change('POST', 'disable', `${email} is disabled.`)}
          onClose={onClose}
        >
          <p>It is signed out on every device and cannot sign in. Nothing is deleted.</p>
        </ConfirmDialog>
      );
    case 'end-sessions':
      return (
        <ConfirmDialog
          title={`End the sessions of ${email}?`}
          action="End them"
          run={() => change('DELETE', 'sessions', `${email} is signed out on every device.`)}
          onClose={onClose}
        >
          <p>Every device has to sign in again.</p>
        </ConfirmDialog>
      );
    case 'delete':
      return (
        <ConfirmDialog
          title={`Delete ${email}?`}
          action="Delete for good"
          typed={{ label: `Type ${email} to confirm`, text: email }}
          run={remove}
          onClose={onClose}
        >
          <p>The account, its sessions and its private store are removed for good.</p>
        </ConfirmDialog>
      );
  }
}
