import { useState } from 'react';
import { CancelButton, Dialog, FormEnd } from '../../demo/ui/dialog.tsx';
import { type Fields, Form } from '../../demo/ui/form.tsx';
import { pathOf } from '../api/admin-api.ts';
import { HOOK_EVENTS, ISSUED_HOOK } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { CopiedSecret } from '../parts/copied-secret.tsx';
import { KEY_MESSAGES } from '../parts/messages.ts';

interface NewHookDialogProps {
  namespace: string;
  /** Called after the list of hooks has changed. */
  onCreated: () => void;
  onClose: () => void;
}

/** Creates a hook, and shows its secret this one time. */
export function NewHookDialog({ namespace, onCreated, onClose }: NewHookDialogProps) {
  const { api } = useAdmin();
  const [secret, setSecret] = useState<string>();
  const create = async ({ url, ...fields }: Fields) => {
    const body = { url, events: HOOK_EVENTS.filter((event) => fields[event] === 'on') };
    const path = pathOf(namespace, 'hooks');
    const hook = await api.call(path, ISSUED_HOOK, { method: 'POST', body });
    setSecret(hook.secret);
    onCreated();
  };
  return (
    <Dialog title="Create a hook" onClose={onClose}>
      {(close) =>
        secret === undefined ? (
          <Form name="new-hook" messages={KEY_MESSAGES} run={create}>
            <label>
              URL
              <input name="url" type="url" required placeholder="https://" autoComplete="off" />
            </label>
            <fieldset>
              <legend>Of what it is told</legend>
              {HOOK_EVENTS.map((event) => (
                <label key={event} className="choice">
                  <input type="checkbox" name={event} defaultChecked />
                  {event}
                </label>
              ))}
            </fieldset>
            <FormEnd action="Create" close={close} />
          </Form>
        ) : (
          <>
            <p>Its requests are signed with this secret. It is shown only this once.</p>
            <CopiedSecret label="The secret" secret={secret} />
            <div className="actions">
              <CancelButton close={close} text="Close" />
            </div>
          </>
        )
      }
    </Dialog>
  );
}
