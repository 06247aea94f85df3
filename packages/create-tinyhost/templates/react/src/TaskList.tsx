import { type FormEvent, useState } from 'react';
import * as UiReact from 'tinybase/ui-react/with-schemas';
import { useConnection, useConnectionState } from 'tinyhost-client/react';
import type { Schemas } from './schemas';
import { addTask, deleteTask, readTasks, setDone } from './tasks';
import { describe, leave } from './tinyhost';

// So written, the bundler drops the other hooks.
const useTable = (UiReact as UiReact.WithSchemas<Schemas>).useTable;

/** The tasks of the signed-in user, the same on all of their devices. */
export function TaskList() {
  const store = useConnection<Schemas>()?.store;
  const state = useConnectionState();
  const [title, setTitle] = useState('');
  const tasks = readTasks(useTable('tasks'));
  const isLoading = state.status === 'connecting' || state.status === 'syncing';

  function add(event: FormEvent) {
    event.preventDefault();
    if (store && title.trim()) addTask(store, title.trim());
    setTitle('');
  }

  return (
    <>
      <header>
        <h1>my-app</h1>
        <button type="button" onClick={() => leave(state)}>
          Sign out
        </button>
      </header>
      <p role="status">{describe(state)}</p>
      {store && (
        <>
          <form onSubmit={add}>
            <label>
              New task
              <input required value={title} onChange={(event) => setTitle(event.target.value)} />
            </label>
            <button type="submit">Add</button>
          </form>
          {tasks.length === 0 && <p>{isLoading ? 'Loading…' : 'Nothing to do.'}</p>}
          <ul>
            {tasks.map(({ id, title, done }) => (
              <li key={id}>
                <label>
                  <input
                    type="checkbox"
                    checked={done}
                    onChange={() => setDone(store, id, !done)}
                  />{' '}
                  {title}
                </label>
                <button
                  type="button"
                  aria-label={`Delete ${title}`}
                  onClick={() => deleteTask(store, id)}
                >
                  Delete
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
