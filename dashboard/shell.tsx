import { type ComponentType, useEffect, useRef, useSyncExternalStore } from 'react';
import { AccountPage } from './accounts/account-page.tsx';
import { AccountsPage } from './accounts/accounts-page.tsx';
import { DataPage } from './data/data-page.tsx';
import { NamespaceChoice } from './namespace-choice.tsx';
import { hasScope, useAdmin } from './parts/admin-context.ts';
import { Title } from './parts/title.tsx';
import { hrefOf, type Place, readPlace, SECTIONS, type Section } from './route.ts';
import { BackupPage } from './settings/backup-page.tsx';
import { HooksPage } from './settings/hooks-page.tsx';
import { KeysPage } from './settings/keys-page.tsx';
import { StoresPage } from './usage/stores-page.tsx';
import { UsagePage } from './usage/usage-page.tsx';

/** The scope that a key needs to see anything of a section. */
const SCOPE = {
  accounts: 'accounts:read',
  stores: 'stores:read',
  usage: 'usage:read',
  hooks: 'hooks:read',
  backup: 'backup:read',
  keys: 'keys:write',
} as const;

const TITLE: Record<Section, string> = {
  accounts: 'Accounts',
  stores: 'Shared stores',
  usage: 'Usage',
  hooks: 'Hooks',
  backup: 'Backup',
  keys: 'Keys',
};

export interface ShellProps {
  message: string;
  onSignOut: () => void;
}

/** The frame around every part: the choice of the namespace and of the part. */
export function Shell({ message, onSignOut }: ShellProps) {
  const { access } = useAdmin();
  const sections = SECTIONS.filter((section) => hasScope(access, SCOPE[section]));
  const lastNamespace = useRef(access.namespace ?? access.namespaces?.[0]);
  const named = usePlace() ?? { section: sections[0] ?? 'accounts' };
  // Keys are of no namespace, but the way back leads to the last one.
  const place = { ...named, namespace: named.namespace ?? lastNamespace.current };
  lastNamespace.current = place.namespace;
  const href = hrefOf(place);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(href);
  useEffect(() => {
    const names = [TITLE[place.section], place.namespace, 'TinyHost dashboard'];
    document.title = names.filter(Boolean).join(' · ');
    // What had the focus is removed.
    if (shown.current !== href) main.current!.querySelector<HTMLElement>('h2')?.focus();
    shown.current = href;
  }, [href]);
  return (
    <>
      <header className="bar">
        <Title />
        <NamespaceChoice place={place} />
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <nav aria-label="Parts of the dashboard" className="sections">
        {sections.map((section) => (
          <a
            key={section}
            href={hrefOf({ section, namespace: place.namespace })}
            aria-current={section === place.section ? 'page' : undefined}
          >
            {TITLE[section]}
          </a>
        ))}
      </nav>
      <p className="news" role="status" aria-label="News">
        {message}
      </p>
      <main ref={main} className="parts" key={href}>
        <Part place={place} />
      </main>
    </>
  );
}

/** What a part of one namespace gets. */
export interface PartProps {
  namespace: string;
}

const PARTS: Record<Exclude<Section, 'keys'>, ComponentType<PartProps>> = {
  accounts: AccountsPage,
  stores: StoresPage,
  usage: UsagePage,
  hooks: HooksPage,
  backup: BackupPage,
};

function Part({ place: { section, namespace, id, isData } }: { place: Place }) {
  if (section === 'keys') return <KeysPage />;
  if (namespace === undefined) return <NoNamespace />;
  if (id !== undefined && section === 'stores')
    return <DataPage namespace={namespace} store={id} />;
  if (id !== undefined && section === 'accounts') {
    return isData ? (
      <DataPage namespace={namespace} account={id} />
    ) : (
      <AccountPage namespace={namespace} id={id} />
    );
  }
  const Page = PARTS[section];
  return <Page namespace={namespace} />;
}

const NoNamespace = () => (
  <section className="card" aria-labelledby="no-namespace">
    <h2 id="no-namespace" tabIndex={-1}>
      Which namespace?
    </h2>
    <p className="quiet">
      The setting NAMESPACES allows all of them. Write the name of one at the top of the page.
    </p>
  </section>
);

/** The place that the URL names; undefined if it names none. */
function usePlace(): Place | undefined {
  const fragment = useSyncExternalStore(subscribe, () => location.hash);
  return readPlace(fragment);
}

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  return () => removeEventListener('hashchange', onChange);
}
