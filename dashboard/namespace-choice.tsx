import type { FormEvent } from 'react';
import { useAdmin } from './parts/admin-context.ts';
import { hrefOf, type Place } from './route.ts';

/** Shows the namespace, and lets those choose another one whose key is for more than one. */
export function NamespaceChoice({ place }: { place: Place }) {
  const { access } = useAdmin();
  const { namespace } = place;
  const known = access.namespace !== null ? [access.namespace] : access.namespaces;
  const open = (namespace: string) => {
    const section = place.section === 'keys' ? 'accounts' : place.section;
    location.hash = hrefOf({ section, namespace });
  };
  if (known === null) return <NamespaceField key={namespace} namespace={namespace} open={open} />;
  if (known.length === 1) return <p className="namespace quiet">Namespace {known[0]}</p>;
  const names =
    namespace === undefined || known.includes(namespace) ? known : [namespace, ...known];
  return (
    <label className="namespace">
      Namespace
      <select value={namespace ?? ''} onChange={({ target }) => open(target.value)}>
        {namespace === undefined && <option value="">Choose</option>}
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

interface NamespaceFieldProps {
  namespace: string | undefined;
  open: (namespace: string) => void;
}

/** For deployments whose setting NAMESPACES is `*`, which have no list of them. */
function NamespaceField({ namespace, open }: NamespaceFieldProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('namespace');
    open(`${typed}`.trim());
  };
  return (
    <form className="namespace" onSubmit={submit}>
      <label>
        Namespace
        <input
          name="namespace"
          required
          pattern="[a-z0-9][a-z0-9\-]{0,62}"
          title="1 to 63 of a-z, 0-9 and -"
          autoComplete="off"
          spellCheck={false}
          defaultValue={namespace}
        />
      </label>
      <button type="submit">Open</button>
    </form>
  );
}
