import { getUniqueId } from 'tinybase';
import { byId, fill, find, fromTemplate, keyedRows, lightUp } from './dom.ts';
import type { Panel } from './panel.ts';

const TASKS = 'tasks';

/** Tasks, one row each: `title`, `done`, and `at`, the server's time when it was made. */
export function showTasks({ client, connection: { store }, signal }: Panel): void {
  const form = byId<HTMLFormElement>('new-task');
  const rows = keyedRows(byId('tasks'), makeRow, updateRow);

  function makeRow(id: string): HTMLElement {
    const row = fromTemplate('task-row');
    const [done, title] = row.querySelectorAll('input') as unknown as [
      HTMLInputElement,
      HTMLInputElement,
    ];
    done.addEventListener('change', () => store.setCell(TASKS, id, 'done', done.checked));
    title.addEventListener('input', () => store.setCell(TASKS, id, 'title', title.value));
    find(row, 'button').addEventListener('click', () => {
      store.delRow(TASKS, id);
      find(form, 'input').focus();
    });
    return row;
  }

  function updateRow(row: HTMLElement, id: string): void {
    const { title, done } = store.getRow(TASKS, id);
    const [check, input] = row.querySelectorAll('input');
    check!.checked = done === true;
    check!.setAttribute('aria-label', `Done: ${title}`);
    fill(input!, `${title ?? ''}`);
    input!.setAttribute('aria-label', 'Title');
    find(row, 'button').setAttribute('aria-label', `Delete ${title}`);
    const text = `${title} ${done}`;
    if (
      row.dataset.text !== undefined &&
      row.dataset.text !== text &&
      !row.matches(':focus-within')
    )
      lightUp(row);
    row.dataset.text = text;
  }

  const show = () => {
    const ids = store.getSortedRowIds(TASKS, 'at');
    rows.show(ids);
    const left = ids.filter((id) => store.getCell(TASKS, id, 'done') !== true).length;
    byId('tasks-left').textContent = ids.length > 0 ? `${left} of ${ids.length} to do` : '';
    byId('no-tasks').hidden = ids.length > 0;
  };
  const add = (event: Event) => {
    event.preventDefault();
    const title = `${new FormData(form).get('title')}`;
    store.setRow(TASKS, getUniqueId(), { title, done: false, at: client.now() });
    form.reset();
  };
  form.addEventListener('submit', add, { signal });
  const listener = store.addTableListener(TASKS, show);
  signal.addEventListener('abort', () => {
    store.delListener(listener);
    rows.show([]);
  });
  show();
}
