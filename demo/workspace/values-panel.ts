import { byId, find, fromTemplate, keyedRows } from '../ui/dom.ts';
import { type EditableText, editableText } from '../ui/editable-text.ts';
import type { Panel } from './panel.ts';
import { textOf, valueFrom } from './value-text.ts';

/** The id of the value that only the server may write. */
const HEARTBEAT = 'heartbeat';

/** Shows the panel of values, which can be added, edited and deleted. */
export function showValues({ connection: { store }, signal }: Panel): void {
  const form = byId<HTMLFormElement>('new-value');
  const name = find<HTMLInputElement>(form, '[name=id]');
  const fields = new WeakMap<HTMLElement, EditableText>();
  const rows = keyedRows(byId('values'), { make: makeRow, update: updateRow, fallbackFocus: name });

  function makeRow(id: string): HTMLElement {
    const row = fromTemplate('value-row');
    const box = find<HTMLTextAreaElement>(row, 'textarea');
    const button = find(row, 'button');
    const write = (text: string) => store.setValue(id, valueFrom(text, store.getValue(id)));
    find(row, '.name').textContent = id;
    box.setAttribute('aria-label', id);
    box.readOnly = id === HEARTBEAT;
    button.hidden = id === HEARTBEAT;
    button.setAttribute('aria-label', `Delete ${id}`);
    button.addEventListener('click', () => store.delValue(id));
    fields.set(row, editableText(box, { write, live: false, signal }));
    return row;
  }

  function updateRow(row: HTMLElement, id: string): void {
    fields.get(row)!.show(textOf(store.getValue(id)!));
  }

  const show = () => rows.show(store.getValueIds().sort());
  const checkName = () => {
    const isTaken = name.value === HEARTBEAT;
    name.setCustomValidity(isTaken ? 'Only the server writes the heartbeat.' : '');
  };
  const set = (event: Event) => {
    event.preventDefault();
    const { id, content } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    store.setValue(id!, valueFrom(content!));
    form.reset();
    name.focus();
  };
  name.addEventListener('input', checkName, { signal });
  form.addEventListener('submit', set, { signal });
  const listener = store.addValuesListener(show);
  signal.addEventListener('abort', () => {
    store.delListener(listener);
    rows.show([]);
  });
  show();
}
