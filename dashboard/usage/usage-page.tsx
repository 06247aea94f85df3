import { useCallback } from 'react';
import { pathOf } from '../api/admin-api.ts';
import { type NamespaceSummary, SUMMARY } from '../api/responses.ts';
import { useAdmin, useScopes } from '../parts/admin-context.ts';
import { Loaded } from '../parts/loaded.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { Growth } from './growth.tsx';
import { Measurement } from './measurement.tsx';

/** How much a namespace has, and how it has grown. */
export function UsagePage({ namespace }: { namespace: string }) {
  const { api } = useAdmin();
  const may = useScopes();
  const load = useCallback(
    (signal: AbortSignal) => api.call(pathOf(namespace, 'summary'), SUMMARY, { signal }),
    [api, namespace],
  );
  const answer = useAnswer(load);
  return (
    <>
      <section className="card" aria-labelledby="usage-title">
        <div className="head">
          <h2 id="usage-title" tabIndex={-1}>
            Usage
          </h2>
          <button type="button" onClick={answer.reload}>
            Refresh
          </button>
        </div>
        <Loaded answer={answer}>{(summary) => <Counts summary={summary} />}</Loaded>
      </section>
      {may('accounts:read') && <Growth namespace={namespace} />}
      <Measurement namespace={namespace} total={answer.value?.accounts} />
    </>
  );
}

const Counts = ({
  summary: { accounts, verified, disabled, stores },
}: {
  summary: NamespaceSummary;
}) => (
  <>
    <dl className="figures">
      <Figure name="Accounts" value={accounts} />
      <Figure name="Shared stores" value={stores} />
    </dl>
    <ShareBar name="Verified" part={verified} whole={accounts} />
    <ShareBar name="Disabled" part={disabled} whole={accounts} />
  </>
);

const Figure = ({ name, value }: { name: string; value: number }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value.toLocaleString()}</dd>
  </div>
);

/** How many of the accounts are so, as a bar. */
const ShareBar = ({ name, part, whole }: { name: string; part: number; whole: number }) => (
  <div className="fill">
    <span className="quiet">
      {name}: {part.toLocaleString()} of {whole.toLocaleString()}
    </span>
    <progress value={part} max={Math.max(whole, 1)} aria-label={name} />
  </div>
);
