import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Invitation } from '../../../client/index.ts';
import { useClient } from '../../../client/react/index.tsx';
import { useAttempts } from '../../hooks/use-attempts.ts';
import { useRemovableRow } from '../../ui/row.ts';

export interface OpenLinksProps {
  store: string;
  /** The id of the link that was made last. Another one loads the links again. */
  newest: string | undefined;
}

/** The links to a list that still work. Each has a button that ends it. */
export function OpenLinks({ store, newest }: OpenLinksProps) {
  const client = useClient();
  const title = useRef<HTMLHeadingElement>(null);
  const [links, setLinks] = useState<readonly Invitation[]>([]);
  const { problem, attempt } = useAttempts();
  const load = useCallback(
    async (signal: AbortSignal) => setLinks(await client.stores.invitations(store, { signal })),
    [client, store],
  );
  useEffect(() => void attempt(load), [attempt, load, newest]);
  const end = (id: string) =>
    attempt(async (signal) => {
      await client.stores.revokeInvitation(store, id, { signal });
      await load(signal);
    });
  return (
    <section hidden={links.length === 0 && !problem} aria-labelledby="links-title">
      <h3 id="links-title" ref={title} tabIndex={-1}>
        Open links
      </h3>
      <ul className="rows" aria-labelledby="links-title">
        {links.map((link) => (
          <OpenLink key={link.id} link={link} end={() => end(link.id)} fallbackFocus={title} />
        ))}
      </ul>
      <p className="problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

interface OpenLinkProps {
  link: Invitation;
  end: () => void;
  fallbackFocus: RefObject<HTMLElement | null>;
}

function OpenLink({ link, end, fallbackFocus }: OpenLinkProps) {
  const row = useRemovableRow(fallbackFocus);
  const { role, uses_left, created_at } = link;
  const what = role === 'viewer' ? 'To read' : 'To write';
  const since = new Date(created_at).toLocaleString([], {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (
    <li ref={row}>
      <span className="name-and-time">
        <span className="name">
          {what}, {uses_left} left
        </span>{' '}
        <span className="quiet">since {since}</span>
      </span>
      <button type="button" aria-label={`End the link of ${since}`} onClick={end}>
        End
      </button>
    </li>
  );
}
