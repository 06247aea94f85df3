import { type FormEvent, type RefObject, useRef } from 'react';
import { useStore, useValue, useValueIds } from 'tinybase/ui-react';
import { EditableText } from '../ui/editable-text.tsx';
import { RemoveButton } from '../ui/remove-button.tsx';
import { useRemovableRow } from '../ui/row.ts';
import { textOf, valueFrom } from '../ui/value-text.ts';

/** The id of the value that only the server may write. */
const HEARTBEAT = 'heartbeat';

/** The values of the store, which can be added, edited and deleted. */
export function Values() {
  const store = useStore()!;
  const ids = useValueIds().toSorted();
  const name = useRef<HTMLInputElement>(null);

  const checkName = ({ currentTarget }: FormEvent<HTMLInputElement>) => {
    const isTaken = currentTarget.value === HEARTBEAT;
    currentTarget.setCustomValidity(isTaken ? 'Only the server writes the heartbeat.' : '');
  };
  const set = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    store.setValue(`${fields.get('id')}`, valueFrom(`${fields.get('content')}`));
    event.currentTarget.reset();
    name.current!.focus();
  };
  return (
    <section className="card" aria-labelledby="values-title">
      <h2 id="values-title">Values</h2>
      <ul className="rows values" aria-labelledby="values-title">
        {ids.map((id) => (
          <ValueRow key={id} id={id} fallbackFocus={name} />
        ))}
      </ul>
      <form className="inline" onSubmit={set}>
        <label className="hidden" htmlFor="new-value-id">
          Name of the value
        </label>
        <input
          id="new-value-id"
          ref={name}
          name="id"
          placeholder="Name"
          autoComplete="off"
          required
          maxLength={100}
          onInput={checkName}
        />
        <label className="hidden" htmlFor="new-value-content">
          Value
        </label>
        <input id="new-value-content" name="content" placeholder="Value" autoComplete="off" />
        <button type="submit">Set</button>
      </form>
    </section>
  );
}

interface ValueRowProps {
  id: string;
  fallbackFocus: RefObject<HTMLElement | null>;
}

function ValueRow({ id, fallbackFocus }: ValueRowProps) {
  const store = useStore()!;
  const value = useValue(id);
  const row = useRemovableRow(fallbackFocus);
  const write = (text: string) => {
    store.setValue(id, valueFrom(text, store.getValue(id)));
    return textOf(store.getValue(id)!);
  };
  return (
    <li ref={row}>
      <span className="field">
        <span className="name">{id}</span>
        <EditableText
          text={value === undefined ? '' : textOf(value)}
          label={id}
          write={write}
          readOnly={id === HEARTBEAT}
        />
      </span>
      {id !== HEARTBEAT && (
        <RemoveButton label={`Delete ${id}`} remove={() => store.delValue(id)} />
      )}
    </li>
  );
}
