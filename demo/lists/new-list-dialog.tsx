import { useClient } from '../../client/react/index.tsx';
import { CancelButton, Dialog } from '../ui/dialog.tsx';
import { type Fields, Form, Problem } from '../ui/form.tsx';
import { usePage } from '../ui/page-context.ts';

/** Makes a list that can be shared, and shows it. */
export function NewListDialog({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const { showList } = usePage();
  const create = async ({ name }: Fields) => showList(await client.stores.create(name!));
  return (
    <Dialog title="New list" onClose={onClose}>
      {(close) => (
        <Form name="new-list" route="stores" run={create}>
          <label>
            Name
            <input name="name" autoComplete="off" required maxLength={100} />
          </label>
          <Problem />
          <div className="actions">
            <button type="submit" className="primary">
              Make the list
            </button>
            <CancelButton close={close} />
          </div>
        </Form>
      )}
    </Dialog>
  );
}
