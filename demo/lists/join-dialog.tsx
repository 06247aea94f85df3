import type { TinyHostError } from '../../client/index.ts';
import { useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { Dialog, FormEnd } from '../ui/dialog.tsx';
import { Form } from '../ui/form.tsx';

const OVER =
  'This invitation is no longer valid: it was used, revoked, or has expired. Ask for a new link.';

/** Asks whether to join the list of an invitation, and then shows it. */
export function JoinDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const client = useClient();
  const { showList, showMessage } = usePage();
  const join = async (close: () => void) => {
    try {
      const list = await client.stores.acceptInvitation(token);
      close();
      showList(list, `You have joined “${list.name}”.`);
    } catch (error) {
      // Nothing that the user does here can mend a link.
      if ((error as TinyHostError).code !== 'invalid_token') throw error;
      close();
      showMessage(OVER);
    }
  };
  return (
    <Dialog title="Join a shared list?" onClose={onClose}>
      {(close) => (
        <Form name="join" route="accept-invitation" run={() => join(close)}>
          <p>Somebody has invited you. The members of the list will see your e-mail address.</p>
          <FormEnd action="Join" close={close} cancel="Not now" />
        </Form>
      )}
    </Dialog>
  );
}
