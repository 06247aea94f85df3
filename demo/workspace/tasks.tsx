import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { getUniqueId } from 'tinybase';
import { useRow, useSortedRowIds, useStore, useTable } from 'tinybase/ui-react';
import { useClient } from '../../client/react/index.tsx';
import type { Typing } from '../lists/use-typing.ts';
import { EditableText } from '../ui/editable-text.tsx';
import { RemoveButton } from '../ui/remove-button.tsx';
import { highlight, useRemovableRow } from '../ui/row.ts';

/** A row has `title`, `done` and `at`, the server's time of creation. */
const TASKS = 'tasks';

export interface TasksProps {
  heading: RefObject<HTMLHeadingElement | null>;
  title?: string;
  /** Whether the user may only read the list. */
  isReadOnly?: boolean;
  /** Who types where, in a list that others share. */
  typing?: Typing;
  /** A button that belongs to the list. */
  action: ReactNode;
}

export function Tasks({ heading, title = 'Tasks', isReadOnly = false, ...others }: TasksProps) {
  const { typing, action } = others;
  const client = useClient();
  const store = useStore()!;
  const ids = useSortedRowIds(TASKS, 'at');
  const left = Object.values(useTable(TASKS)).filter(({ done }) => done !== true).length;
  const input = useRef<HTMLInputElement>(null);

  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const title = input.current!.value.trim();
    typing?.stop();
    if (title) store.setRow(TASKS, getUniqueId(), { title, done: false, at: client.now() });
    event.currentTarget.reset();
    input.current!.focus();
  };
  return (
    <section className="card tasks" aria-labelledby="tasks-title">
      <div className="head">
        <h2 id="tasks-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <p className="quiet">{ids.length > 0 && `${left} of ${ids.length} to do`}</p>
        {action}
      </div>
      {isReadOnly ? (
        <p className="quiet">You may read this list, but not change it.</p>
      ) : (
        <form className="inline" onSubmit={add}>
          <label className="hidden" htmlFor="new-task">
            New task
          </label>
          <input
            id="new-task"
            ref={input}
            placeholder="What is to be done?"
            autoComplete="off"
            required
            maxLength={500}
            onInput={() => typing?.tell()}
          />
          <button type="submit" className="primary">
            Add
          </button>
        </form>
      )}
      {typing && <p className="typing quiet">{typing.describe()}</p>}
      <ul className="rows" aria-labelledby="tasks-title">
        {ids.map((id) => (
          <Task
            key={id}
            id={id}
            isReadOnly={isReadOnly}
            typing={typing}
            fallbackFocus={isReadOnly ? heading : input}
          />
        ))}
      </ul>
      {ids.length === 0 && (
        <p className="empty">
          {isReadOnly ? 'Nothing yet.' : 'Nothing yet. Add a task here or on another device.'}
        </p>
      )}
    </section>
  );
}

interface TaskProps {
  id: string;
  isReadOnly: boolean;
  typing: Typing | undefined;
  fallbackFocus: RefObject<HTMLElement | null>;
}

function Task({ id, isReadOnly, typing, fallbackFocus }: TaskProps) {
  const store = useStore()!;
  const { title = '', done } = useRow(TASKS, id);
  const row = useRemovableRow(fallbackFocus);
  const known = useRef(done);
  useEffect(() => {
    if (known.current !== done) highlight(row.current!);
    known.current = done;
  }, [done, row]);
  const check = (checked: boolean) => {
    known.current = checked;
    store.setCell(TASKS, id, 'done', checked);
  };
  const rename = (text: string) => {
    typing?.tell(id);
    store.setCell(TASKS, id, 'title', text);
    return text;
  };
  return (
    <li ref={row}>
      <input
        type="checkbox"
        aria-label={`Done: ${title}`}
        checked={done === true}
        disabled={isReadOnly}
        onChange={({ target }) => check(target.checked)}
      />
      <span className="field">
        <EditableText
          text={`${title}`}
          label="Title"
          write={rename}
          live
          className="title"
          maxLength={500}
          readOnly={isReadOnly}
        />
        <span className="hint">{typing?.describe(id)}</span>
      </span>
      {!isReadOnly && (
        <RemoveButton label={`Delete ${title}`} remove={() => store.delRow(TASKS, id)} />
      )}
    </li>
  );
}
