import { useState } from 'react';
import type { Cell } from 'tinybase';
import { useCell, useValue } from 'tinybase/ui-react';
import { EditableText } from '../../demo/ui/editable-text.tsx';
import { RemoveButton } from '../../demo/ui/remove-button.tsx';
import { textOf, valueFrom } from '../../demo/ui/value-text.ts';
import { problemText } from '../parts/messages.ts';
import { isSame, type Leaf } from './leaf.ts';
import { useShownStore } from './mirror-context.ts';
import type { Conflict } from './store-mirror.ts';

/** The id of the value that only the server may write. */
const HEARTBEAT = 'heartbeat';

interface CellEditorProps {
  tableId: string;
  rowId: string;
  cellId: string;
}

/** A cell of TinyBase's tables that can be edited in place. */
export function CellEditor({ tableId, rowId, cellId }: CellEditorProps) {
  const content = useCell(tableId, rowId, cellId);
  const leaf: Leaf = { kind: 'cell', table: tableId, row: rowId, cell: cellId };
  return <LeafEditor leaf={leaf} content={content} label={`${cellId} of ${rowId}`} />;
}

/** A value of TinyBase's tables that can be edited in place. */
export function ValueEditor({ valueId }: { valueId: string }) {
  const content = useValue(valueId);
  const isHeartbeat = valueId === HEARTBEAT;
  const leaf: Leaf = { kind: 'value', value: valueId };
  return <LeafEditor leaf={leaf} content={content} label={valueId} isFixed={isHeartbeat} />;
}

interface LeafEditorProps {
  leaf: Leaf;
  /** Undefined if there is none. */
  content: Cell | undefined;
  label: string;
  /** Whether nobody may write it. */
  isFixed?: boolean;
}

function LeafEditor({ leaf, content, label, isFixed = false }: LeafEditorProps) {
  const shown = useShownStore();
  const { state, write, forget } = useWrites(leaf);
  const isReadOnly = shown.isReadOnly || isFixed;
  const edit = (text: string) => {
    const next = valueFrom(text, content);
    const isNews = content === undefined ? text !== '' : !isSame(next, content);
    if (isNews) write(next);
    return isNews ? textOf(next) : text;
  };
  return (
    <span className={`leaf ${typeof content}`}>
      <EditableText
        text={content === undefined ? '' : textOf(content)}
        label={label}
        write={edit}
        readOnly={isReadOnly}
      />
      {!isReadOnly && content !== undefined && (
        <RemoveButton label={`Delete ${label}`} remove={() => write(undefined)} />
      )}
      {state?.problem && (
        <span className="problem" role="alert">
          {state.problem}
        </span>
      )}
      {state?.conflict && (
        <ConflictNote
          conflict={state.conflict}
          mine={state.mine}
          writeMine={() => write(state.mine)}
          keepTheirs={forget}
        />
      )}
    </span>
  );
}

interface WriteState {
  problem?: string;
  conflict?: Conflict;
  /** What the operator wanted to write. */
  mine: Cell | undefined;
}

/** Writes a leaf, and keeps why the last write has failed. */
function useWrites(leaf: Leaf) {
  const { mirror } = useShownStore();
  const [state, setState] = useState<WriteState>();
  const write = (mine: Cell | undefined) => {
    setState(undefined);
    mirror.write(leaf, mine).then(
      (conflict) => setState(conflict && { conflict, mine }),
      (error) => setState({ problem: `Not saved. ${problemText(error)}`, mine }),
    );
  };
  return { state, write, forget: () => setState(undefined) };
}

interface ConflictNoteProps {
  conflict: Conflict;
  mine: Cell | undefined;
  writeMine: () => void;
  keepTheirs: () => void;
}

/** Says that somebody else was faster, and lets the operator decide. */
const ConflictNote = ({ conflict, mine, writeMine, keepTheirs }: ConflictNoteProps) => (
  <span className="conflict" role="alert">
    Meanwhile {described(conflict.theirs)} was written elsewhere, so yours ({described(mine)}) is
    not saved.{' '}
    <button type="button" onClick={writeMine}>
      Write mine
    </button>{' '}
    <button type="button" onClick={keepTheirs}>
      Keep theirs
    </button>
  </span>
);

const described = (content: Cell | undefined): string =>
  content === undefined ? 'a deletion' : `“${textOf(content)}”`;
