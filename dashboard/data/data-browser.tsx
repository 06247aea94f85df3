import { useMemo, useState } from 'react';
import { Provider, useRowCount, useTableIds, useValueIds } from 'tinybase/ui-react';
import type { StoreView } from '../api/store-view.ts';
import { countText } from '../parts/format.ts';
import { Loading, Problem } from '../parts/loaded.tsx';
import { usePolling } from '../parts/use-polling.ts';
import { ShownStore } from './mirror-context.ts';
import { NewLeafForm } from './new-leaf-form.tsx';
import { StoreMirror } from './store-mirror.ts';
import { TableOfRows, TableOfValues } from './tables.tsx';

/** The pause between two looks at the server, which answers 304 if nothing has changed. */
const POLL_MS = 2_000;

export interface DataBrowserProps {
  view: StoreView;
  isReadOnly: boolean;
}

/** The tables and values of a store. Edits of devices appear while it is shown. */
export function DataBrowser({ view, isReadOnly }: DataBrowserProps) {
  const [attempt, setAttempt] = useState(0);
  const mirror = useMemo(() => new StoreMirror(view), [view]);
  const [isLoaded, setLoaded] = useState(false);
  const load = useMemo(
    () => async (signal: AbortSignal) => {
      await mirror.refresh(signal);
      setLoaded(true);
    },
    [mirror, attempt],
  );
  const problem = usePolling(load, POLL_MS);
  return (
    <ShownStore value={{ mirror, isReadOnly }}>
      <Provider store={mirror.store}>
        {problem !== undefined && <Problem error={problem} retry={() => setAttempt(attempt + 1)} />}
        {!isLoaded && problem === undefined && <Loading />}
        {isLoaded && <Tables />}
        {isLoaded && !isReadOnly && <NewLeafForm />}
        {isLoaded && isReadOnly && (
          <p className="quiet">This key may read stores, but not change them.</p>
        )}
      </Provider>
    </ShownStore>
  );
}

/** The choice between the tables and the values, and the chosen one. */
function Tables() {
  const tables = useTableIds().toSorted();
  const hasValues = useValueIds().length > 0;
  // Undefined stands for the values.
  const [chosen, choose] = useState<string>();
  const [hasChosen, setChosen] = useState(false);
  const shown = hasChosen ? chosen : tables[0];
  const isTable = shown !== undefined && tables.includes(shown);
  if (tables.length === 0 && !hasValues) return <p className="empty">This store is empty.</p>;
  const show = (table: string | undefined) => {
    choose(table);
    setChosen(true);
  };
  return (
    <>
      <nav className="lists" aria-label="Tables">
        {tables.map((table) => (
          <TableButton
            key={table}
            table={table}
            isShown={isTable && table === shown}
            show={() => show(table)}
          />
        ))}
        <button
          type="button"
          aria-current={isTable ? undefined : 'true'}
          onClick={() => show(undefined)}
        >
          Values
        </button>
      </nav>
      {isTable ? <TableOfRows key={shown} table={shown} /> : <TableOfValues />}
    </>
  );
}

interface TableButtonProps {
  table: string;
  isShown: boolean;
  show: () => void;
}

function TableButton({ table, isShown, show }: TableButtonProps) {
  const rows = useRowCount(table);
  return (
    <button type="button" aria-current={isShown ? 'true' : undefined} onClick={show}>
      {table} <span className="quiet">{countText(rows, 'row')}</span>
    </button>
  );
}
