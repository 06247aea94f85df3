import { useClient } from '../../client/react/index.tsx';
import { usePage } from '../hooks/page-context.ts';
import { Dialog, FormEnd } from '../ui/dialog.tsx';
import { Form } from '../ui/form.tsx';
import type { SharedList } from './shown-list.ts';

export interface DeleteListDialogProps {
  list: SharedList;
  onClose: () => void;
}

export function DeleteListDialog({ list, onClose }: DeleteListDialogProps) {
  const client = useClient();
  const { showList } = usePage();
  const remove = async () => {
    await client.stores.remove(list.store);
    showList(undefined, `“${list.name}” is deleted.`);
  };
  return (
    <Dialog title="Delete this list?" onClose={onClose}>
      {(close) => (
        <Form name="delete-list" route="stores" run={remove}>
          <p>“{list.name}” and its tasks are removed for good, for all of its members.</p>
          <FormEnd action="Delete for good" isDangerous close={close} cancel="Keep it" />
        </Form>
      )}
    </Dialog>
  );
}
