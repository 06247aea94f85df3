import { type ReactNode, useState } from 'react';
import { useTableCellIds, useValueIds } from 'tinybase/ui-react';
import {
  SortedTableInHtmlTable,
  type SortedTablePaginatorProps,
  ValuesInHtmlTable,
} from 'tinybase/ui-react-dom';
import { RemoveButton } from '../../demo/ui/remove-button.tsx';
import { problemText } from '../parts/messages.ts';
import { CellEditor, ValueEditor } from './leaf-editor.tsx';
import { useShownStore } from './mirror-context.ts';

/** How many rows are shown at once. */
const ROWS = 50;

/** A table of the store, sorted by one of its cells or by the ids of its rows. */
export function TableOfRows({ table }: { table: string }) {
  const { isReadOnly } = useShownStore();
  const cells = useTableCellIds(table).toSorted();
  const [sorted, sort] = useState('');
  const columns = Object.fromEntries(
    cells.map((cell) => [cell, { label: cell, component: CellEditor }]),
  );
  return (
    <>
      <label className="sorting">
        Sorted by
        <select value={sorted} onChange={({ target }) => sort(target.value)}>
          <option value="">row id</option>
          {cells.map((cell) => (
            <option key={cell}>{cell}</option>
          ))}
        </select>
      </label>
      <Scrolled label={`Table ${table}`}>
        <SortedTableInHtmlTable
          key={sorted}
          tableId={table}
          {...(sorted && { cellId: sorted })}
          limit={ROWS}
          paginator={Paginator}
          customCells={columns}
          {...(!isReadOnly && { extraCellsAfter: DELETE_ROW })}
        />
      </Scrolled>
    </>
  );
}

/** The values of the store. */
export function TableOfValues() {
  const isEmpty = useValueIds().length === 0;
  if (isEmpty) return <p className="empty">There are no values.</p>;
  return (
    <Scrolled label="Values">
      <ValuesInHtmlTable editable valueComponent={ValueEditor} />
    </Scrolled>
  );
}

/** A wide table scrolls by itself, also with the keyboard. */
const Scrolled = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: otherwise it cannot be scrolled with the keyboard
  <section className="scrolled" aria-label={label} tabIndex={0}>
    {children}
  </section>
);

/** The buttons for the pages of a table. */
function Paginator({ onChange, total, offset = 0, limit = total }: SortedTablePaginatorProps) {
  if (total <= limit) return null;
  const last = Math.min(offset + limit, total);
  return (
    <span className="paginator">
      <button
        type="button"
        disabled={offset === 0}
        onClick={() => onChange(Math.max(0, offset - limit))}
      >
        Previous
      </button>
      Rows {offset + 1} to {last} of {total}
      <button type="button" disabled={last >= total} onClick={() => onChange(offset + limit)}>
        Next
      </button>
    </span>
  );
}

const DELETE_ROW = [{ label: 'Delete', component: DeleteRow }];

function DeleteRow({ tableId, rowId }: { tableId: string; rowId: string }) {
  const { mirror } = useShownStore();
  const [problem, setProblem] = useState('');
  const remove = async () => {
    setProblem('');
    try {
      const isDone = await mirror.deleteRow(tableId, rowId);
      if (!isDone) setProblem('It has changed meanwhile. Look at it, and try again.');
    } catch (error) {
      setProblem(problemText(error));
    }
  };
  return (
    <>
      <RemoveButton label={`Delete the row ${rowId}`} remove={remove} />
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
    </>
  );
}
