import { useState } from 'react';
import { useClient } from '../../../client/react/index.tsx';
import { DeleteListDialog } from '../delete-list-dialog.tsx';
import { NameDialog } from '../name-dialog.tsx';
import type { SharedList } from '../shown-list.ts';
import { ShareDialog } from './share-dialog.tsx';

/** The buttons that only owners of a list have, and their dialogs. */
export function OwnerActions({ list }: { list: SharedList }) {
  const { store, name } = list;
  const client = useClient();
  const [dialog, setDialog] = useState<'share' | 'rename' | 'delete'>();
  const onClose = () => setDialog(undefined);
  return (
    <>
      <button type="button" className="primary" onClick={() => setDialog('share')}>
        Share…
      </button>
      <button type="button" onClick={() => setDialog('rename')}>
        Rename…
      </button>
      <button type="button" className="danger" onClick={() => setDialog('delete')}>
        Delete the list…
      </button>
      {dialog === 'share' && <ShareDialog store={store} onClose={onClose} />}
      {dialog === 'rename' && (
        <NameDialog
          title="Rename this list"
          action="Rename it"
          name={name}
          run={(next) => client.stores.rename(store, next)}
          onClose={onClose}
        />
      )}
      {dialog === 'delete' && <DeleteListDialog list={list} onClose={onClose} />}
    </>
  );
}
