import { useState } from 'react';
import { CancelButton, Dialog, FormEnd } from '../../demo/ui/dialog.tsx';
import { Form } from '../../demo/ui/form.tsx';
import { ISSUED_KEY, SCOPES } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { CopiedSecret } from '../parts/copied-secret.tsx';
import { KEY_MESSAGES } from '../parts/messages.ts';

const DAY_SECONDS = 86_400;

/** How long a new key can last. */
const LIFETIMES = [
  ['never', ''],
  ['after a day', DAY_SECONDS],
  ['after 30 days', 30 * DAY_SECONDS],
  ['after a year', 365 * DAY_SECONDS],
] as const;

interface NewKeyDialogProps {
  /** Called after the list of keys has changed. */
  onCreated: () => void;
  onClose: () => void;
}

/** Creates a key, and shows it this one time. */
export function NewKeyDialog({ onCreated, onClose }: NewKeyDialogProps) {
  const [key, setKey] = useState<string>();
  const created = (key: string) => {
    setKey(key);
    onCreated();
  };
  return (
    <Dialog title="Create a key" onClose={onClose}>
      {(close) =>
        key === undefined ? (
          <NewKeyForm onCreated={created} close={close} />
        ) : (
          <>
            <p>Keep it now: it is shown only this once.</p>
            <CopiedSecret label="The new key" secret={key} />
            <div className="actions">
              <CancelButton close={close} text="Close" />
            </div>
          </>
        )
      }
    </Dialog>
  );
}

interface NewKeyFormProps {
  onCreated: (key: string) => void;
  close: () => void;
}

function NewKeyForm({ onCreated, close }: NewKeyFormProps) {
  const { api, access } = useAdmin();
  const create = async ({ note, namespace, lifetime, ...fields }: Record<string, string>) => {
    const body = {
      ...(namespace && { namespace }),
      ...(note && { note }),
      ...(lifetime && { expires_at: new Date(Date.now() + Number(lifetime) * 1_000) }),
      scopes: SCOPES.filter((scope) => fields[scope] === 'on'),
    };
    const { key } = await api.call('keys', ISSUED_KEY, { method: 'POST', body });
    onCreated(key);
  };
  return (
    <Form name="new-key" messages={KEY_MESSAGES} run={create}>
      <label>
        What it is for
        <input name="note" maxLength={200} autoComplete="off" />
      </label>
      <NamespaceField namespaces={access.namespaces} />
      <fieldset>
        <legend>What it may do</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="choice">
            <input type="checkbox" name={scope} />
            {scope}
          </label>
        ))}
      </fieldset>
      <label>
        It expires
        <select name="lifetime">
          {LIFETIMES.map(([text, seconds]) => (
            <option key={text} value={seconds}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <FormEnd action="Create" close={close} />
    </Form>
  );
}

/** A choice, or a text field if there is no list of the namespaces. */
const NamespaceField = ({ namespaces }: { namespaces: readonly string[] | null }) =>
  namespaces === null ? (
    <label>
      Namespace
      <input name="namespace" placeholder="all" autoComplete="off" spellCheck={false} />
    </label>
  ) : (
    <label>
      Namespace
      <select name="namespace">
        <option value="">all</option>
        {namespaces.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
