import { createSignal, Index, Show } from 'solid-js';
import * as UiSolid from 'tinybase/ui-solid/with-schemas';
import { useConnection, useConnectionState } from 'tinyhost-client/solid';
import type { Schemas } from './schemas';
import { addTask, deleteTask, readTasks, setDone } from './tasks';
import { describe, leave } from './tinyhost';

// So written, the bundler drops the other primitives.
const useTable = (UiSolid as UiSolid.WithSchemas<Schemas>).useTable;

/** The tasks of the signed-in user, the same on all of their devices. */
export function TaskList() {
  const connection = useConnection<Schemas>();
  const state = useConnectionState();
  const table = useTable('tasks');
  const tasks = () => readTasks(table());
  const isLoading = () => ['connecting', 'syncing'].includes(state().status);
  const [title, setTitle] = createSignal('');

  return (
    <>
      <header>
        <h1>my-app</h1>
        <button type="button" onClick={() => leave(state())}>
          Sign out
        </button>
      </header>
      <p role="status">{describe(state())}</p>
      <Show when={connection()?.store}>
        {(store) => (
          <>
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (title().trim()) addTask(store(), title().trim());
                setTitle('');
              }}
            >
              <label>
                New task
                <input
                  required
                  value={title()}
                  onInput={(event) => setTitle(event.currentTarget.value)}
                />
              </label>
              <button type="submit">Add</button>
            </form>
            <Show when={tasks().length === 0}>
              <p>{isLoading() ? 'Loading…' : 'Nothing to do.'}</p>
            </Show>
            <ul>
              <Index each={tasks()}>
                {(task) => (
                  <li>
                    <label>
                      <input
                        type="checkbox"
                        checked={task().done}
                        onChange={() => setDone(store(), task().id, !task().done)}
                      />{' '}
                      {task().title}
                    </label>
                    <button
                      type="button"
                      aria-label={`Delete ${task().title}`}
                      onClick={() => deleteTask(store(), task().id)}
                    >
                      Delete
                    </button>
                  </li>
                )}
              </Index>
            </ul>
          </>
        )}
      </Show>
    </>
  );
}
