import { useState } from 'react';
import type { SharedList } from '../lists/shown-list.ts';
import { CancelButton, Dialog } from '../ui/dialog.tsx';
import { History } from './history.tsx';

/** The button that opens the history of a list; undefined is the private one. */
export function HistoryButton({ list }: { list?: SharedList | undefined }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        History…
      </button>
      {isOpen && (
        <Dialog title="History" onClose={() => setOpen(false)}>
          {(close) => (
            <section aria-label="Changes">
              <History list={list} />
              <div className="actions">
                <CancelButton close={close} text="Close" />
              </div>
            </section>
          )}
        </Dialog>
      )}
    </>
  );
}
