import { useRef, useState } from 'react';
import type { IssuedInvitation, Role } from '../../../client/index.ts';
import { useClient } from '../../../client/react/index.tsx';
import { CancelButton, Dialog } from '../../ui/dialog.tsx';
import { type Fields, Form, Problem } from '../../ui/form.tsx';
import { invitationLink } from '../invitation-link.ts';
import { OpenLinks } from './open-links.tsx';

export interface ShareDialogProps {
  store: string;
  onClose: () => void;
}

/** Makes links that let others join a list. */
export function ShareDialog({ store, onClose }: ShareDialogProps) {
  const client = useClient();
  const [invitation, setInvitation] = useState<IssuedInvitation>();
  const invite = async ({ role, uses }: Fields) => {
    setInvitation(undefined);
    const request = { role: role as Role, uses: Number(uses) };
    setInvitation(await client.stores.invite(store, request));
  };
  return (
    <Dialog title="Share this list" onClose={onClose}>
      {(close) => (
        <>
          <Form name="share" route="stores" run={invite}>
            <label>
              Who has the link may
              <select name="role">
                <option value="editor">read and write</option>
                <option value="viewer">only read</option>
              </select>
            </label>
            <label>
              For how many people
              <input name="uses" type="number" min={1} max={100} defaultValue={1} required />
            </label>
            <Problem />
            {invitation && <InvitationLink key={invitation.id} invitation={invitation} />}
            <div className="actions">
              <button type="submit" className={invitation ? '' : 'primary'}>
                {invitation ? 'Make another link' : 'Make a link'}
              </button>
              <CancelButton close={close} text="Close" />
            </div>
          </Form>
          <OpenLinks store={store} newest={invitation?.id} />
        </>
      )}
    </Dialog>
  );
}

function InvitationLink({ invitation }: { invitation: IssuedInvitation }) {
  const field = useRef<HTMLInputElement>(null);
  const [result, setResult] = useState('');
  const { uses_left, expires_at } = invitation;
  const copy = async () => {
    field.current!.select();
    setResult('');
    // It is missing outside of secure contexts, and browsers may refuse it.
    const isCopied = await navigator.clipboard?.writeText(field.current!.value).then(
      () => true,
      () => false,
    );
    setResult(isCopied ? 'Copied.' : 'The link is selected: copy it with the keyboard.');
  };
  const people = uses_left === 1 ? 'one person' : `${uses_left} people`;
  return (
    <div className="link-row">
      <label>
        Link for {people}, until {new Date(expires_at).toLocaleDateString()}
        <input ref={field} readOnly value={invitationLink(invitation.token)} />
      </label>
      <button type="button" className="primary" onClick={copy}>
        Copy the link
      </button>
      <p className="quiet" role="status" aria-label="Link">
        {result}
      </p>
    </div>
  );
}
