import { useId } from 'react';
import { getUniqueId } from 'tinybase';
import { type Fields, Form, Problem } from '../../demo/ui/form.tsx';
import { valueFrom } from '../../demo/ui/value-text.ts';
import { KEY_MESSAGES } from '../parts/messages.ts';
import type { Leaf } from './leaf.ts';
import { useShownStore } from './mirror-context.ts';

/** Adds a cell to a row, old or new, or a value. */
export function NewLeafForm() {
  const { mirror } = useShownStore();
  const title = useId();
  const add = async ({ table, row, cell, content }: Fields) => {
    const leaf: Leaf = table
      ? { kind: 'cell', table, row: row || getUniqueId(), cell: cell! }
      : { kind: 'value', value: cell! };
    const conflict = await mirror.write(leaf, valueFrom(content!));
    if (conflict) throw new Error('it exists already, with other content');
  };
  return (
    <details>
      <summary>Add a cell or a value</summary>
      <Form
        name="new-leaf"
        className="new-leaf"
        labelledBy={title}
        messages={KEY_MESSAGES}
        run={add}
      >
        <p id={title} className="quiet">
          Without a table it is a value. Without a row it begins a new one.
        </p>
        <label>
          Table
          <input name="table" autoComplete="off" />
        </label>
        <label>
          Row
          <input name="row" autoComplete="off" />
        </label>
        <label>
          Name
          <input name="cell" autoComplete="off" required />
        </label>
        <label>
          Content
          <input name="content" autoComplete="off" />
        </label>
        <Problem />
        <button type="submit">Add</button>
      </Form>
    </details>
  );
}
