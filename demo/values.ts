import { byId, fill, find, fromTemplate, keyedRows, lightUp } from './dom.ts';
import type { Panel } from './panel.ts';

/** The server's own value, which nobody else may write. */
const HEARTBEAT = 'heartbeat';

/** What somebody typed, as the value they will have meant: a number, a boolean, or text. */
export function parseValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Values of any name, to be set, changed and deleted. */
export function showValues({ connection: { store }, signal }: Panel): void {
  const form = byId<HTMLFormElement>('new-value');
  const rows = keyedRows(byId('values'), makeRow, updateRow);

  function makeRow(id: string): HTMLElement {
    const row = fromTemplate('value-row');
    const input = find<HTMLInputElement>(row, 'input');
    const button = find(row, 'button');
    find(row, 'span').textContent = id;
    input.readOnly = id === HEARTBEAT;
    button.hidden = id === HEARTBEAT;
    button.setAttribute('aria-label', `Delete ${id}`);
    input.addEventListener('change', () => store.setValue(id, parseValue(input.value)));
    button.addEventListener('click', () => {
      store.delValue(id);
      find(form, 'input').focus();
    });
    return row;
  }

  function updateRow(row: HTMLElement, id: string): void {
    const value = store.getValue(id);
    const input = find<HTMLInputElement>(row, 'input');
    const text = typeof value === 'object' ? JSON.stringify(value) : `${value}`;
    if (id !== HEARTBEAT && input.value !== '' && input.value !== text) lightUp(row);
    fill(input, text);
  }

  const show = () => rows.show(store.getValueIds().sort());
  const set = (event: Event) => {
    event.preventDefault();
    const { id, content } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    if (id !== HEARTBEAT) store.setValue(id!, parseValue(content!));
    form.reset();
    find(form, 'input').focus();
  };
  form.addEventListener('submit', set, { signal });
  const listener = store.addValuesListener(show);
  signal.addEventListener('abort', () => {
    store.delListener(listener);
    rows.show([]);
  });
  show();
}
