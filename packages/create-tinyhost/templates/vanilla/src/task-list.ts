import { addTask, deleteTask, readTasks, setDone, type Task } from './tasks';
import { client, describe, leave } from './tinyhost';

const PAGE = `
  <header>
    <h1>my-app</h1>
    <button id="sign-out">Sign out</button>
  </header>
  <p role="status"></p>
  <form>
    <label>New task <input name="title" required></label>
    <button>Add</button>
  </form>
  <p id="empty"></p>
  <ul></ul>
`;

/** Connects to the store of the signed-in user and shows its tasks. Returns how to stop. */
export function showTasks(page: HTMLElement): () => void {
  const connection = client.connect(undefined, { offline: true });
  const { store } = connection;
  page.innerHTML = PAGE;
  const find = <T extends HTMLElement>(selector: string) => page.querySelector<T>(selector)!;
  const rows = new Map<string, HTMLElement>();
  const form = find<HTMLFormElement>('form');

  function showState(): void {
    const { status } = connection.state;
    find('[role="status"]').textContent = describe(connection.state);
    const isLoading = status === 'connecting' || status === 'syncing';
    find('#empty').textContent = isLoading ? 'Loading…' : 'Nothing to do.';
  }

  function showRows(): void {
    const tasks = readTasks(store.getTable('tasks'));
    const list = find('ul');
    for (const [id, row] of rows) {
      if (store.hasRow('tasks', id)) continue;
      row.remove();
      rows.delete(id);
    }
    for (const [at, task] of tasks.entries()) {
      const row = rows.get(task.id) ?? makeRow(task.id);
      // Moving a row would take the focus from its elements.
      if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
      updateRow(row, task);
    }
    find('#empty').hidden = tasks.length > 0;
  }

  function makeRow(id: string): HTMLElement {
    const row = document.createElement('li');
    row.innerHTML = '<label><input type="checkbox"> <span></span></label><button>Delete</button>';
    const box = row.querySelector('input')!;
    box.addEventListener('change', () => setDone(store, id, box.checked));
    row.querySelector('button')!.addEventListener('click', () => deleteTask(store, id));
    rows.set(id, row);
    return row;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const title = `${new FormData(form).get('title')}`.trim();
    if (title) addTask(store, title);
    form.reset();
  });
  find('#sign-out').addEventListener('click', () => leave(connection.state));
  connection.subscribe(showState);
  store.addTableListener('tasks', showRows);
  showState();
  showRows();
  return () => void connection.close();
}

function updateRow(row: HTMLElement, { title, done }: Task): void {
  row.querySelector('input')!.checked = done;
  row.querySelector('span')!.textContent = title;
  row.querySelector('button')!.setAttribute('aria-label', `Delete ${title}`);
}
