import { getUniqueId } from 'tinybase';
import { byId, find, fromTemplate, highlight, keyedRows } from '../ui/dom.ts';
import { type EditableText, editableText } from '../ui/editable-text.ts';
import type { Panel } from './panel.ts';

const TASKS = 'tasks';

/** Shows the panel of tasks. A row has `title`, `done` and `at`, the server's time of creation. */
export function showTasks({ client, connection: { store }, signal }: Panel): void {
  const form = byId<HTMLFormElement>('new-task');
  const input = find<HTMLInputElement>(form, 'input');
  const titles = new WeakMap<HTMLElement, EditableText>();
  const rows = keyedRows(byId('tasks'), { make: makeRow, update: updateRow, fallbackFocus: input });

  function makeRow(id: string): HTMLElement {
    const row = fromTemplate('task-row');
    const done = find<HTMLInputElement>(row, 'input');
    const title = find<HTMLTextAreaElement>(row, 'textarea');
    const write = (text: string) => store.setCell(TASKS, id, 'title', text);
    title.setAttribute('aria-label', 'Title');
    titles.set(row, editableText(title, { write, live: true, signal }));
    done.addEventListener('change', () => store.setCell(TASKS, id, 'done', done.checked));
    find(row, 'button').addEventListener('click', () => store.delRow(TASKS, id));
    return row;
  }

  function updateRow(row: HTMLElement, id: string): void {
    const { title = '', done } = store.getRow(TASKS, id);
    const check = find<HTMLInputElement>(row, 'input');
    if (check.checked !== (done === true)) {
      check.checked = done === true;
      if (row.isConnected) highlight(row);
    }
    check.setAttribute('aria-label', `Done: ${title}`);
    find(row, 'button').setAttribute('aria-label', `Delete ${title}`);
    titles.get(row)!.show(`${title}`);
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
    const title = input.value.trim();
    if (title) store.setRow(TASKS, getUniqueId(), { title, done: false, at: client.now() });
    form.reset();
    input.focus();
  };
  form.addEventListener('submit', add, { signal });
  const listener = store.addTableListener(TASKS, show);
  signal.addEventListener('abort', () => {
    store.delListener(listener);
    rows.show([]);
  });
  show();
}
