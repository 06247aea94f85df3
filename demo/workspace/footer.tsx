import { useState } from 'react';
import { useConnection } from '../../client/react/index.tsx';
import { LoadingPart, useModule } from '../ui/on-demand.tsx';

/** TinyBase's inspector, for developers. */
const loadInspector = () => import('./inspector.tsx');

const isLocal = () => ['localhost', '127.0.0.1'].includes(location.hostname);

export function Footer() {
  const connection = useConnection();
  const [isInspecting, setInspecting] = useState(false);
  const { module, hasFailed } = useModule(loadInspector, isInspecting);
  return (
    <footer className="quiet">
      <p>
        Built with the client of this repository. <a href="https://tinybase.org">TinyBase</a> ·{' '}
        <a href="https://docs.partykit.io">PartyKit</a>
        {connection && isLocal() && (
          <>
            {' · '}
            <button type="button" className="link" onClick={() => setInspecting(true)}>
              Inspect the store
            </button>
          </>
        )}
      </p>
      {connection &&
        isInspecting &&
        (module ? <module.StoreInspector /> : <LoadingPart hasFailed={hasFailed} />)}
    </footer>
  );
}
