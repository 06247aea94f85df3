import { useState } from 'react';
import { useAttempts } from '../../demo/hooks/use-attempts.ts';
import { pathOf, query } from '../api/admin-api.ts';
import { USAGE_STEP, type UsageStep } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { bytesText, countText } from '../parts/format.ts';

type Sums = Omit<UsageStep, 'cursor'>;

const NONE: Sums = { accounts: 0, stores: 0, bytes: 0, cost: 0, devices: 0, unread: 0 };

interface MeasurementProps {
  namespace: string;
  /** How many accounts there are; undefined while that is not known. */
  total: number | undefined;
}

/** Asks every store for its size and devices, step by step, because that wakes them all. */
export function Measurement({ namespace, total }: MeasurementProps) {
  const { api } = useAdmin();
  const { problem, attempt } = useAttempts();
  const [sums, setSums] = useState<Sums>();
  const [isRunning, setRunning] = useState(false);
  const measure = async () => {
    setSums(NONE);
    setRunning(true);
    await attempt(async (signal) => {
      let sums = NONE;
      let cursor: string | null = null;
      do {
        const path: string = `${pathOf(namespace, 'usage')}${query({ cursor })}`;
        const step: UsageStep = await api.call(path, USAGE_STEP, { signal });
        sums = add(sums, step);
        setSums(sums);
        cursor = step.cursor;
      } while (cursor !== null);
    });
    setRunning(false);
  };
  return (
    <section className="card" aria-labelledby="measurement-title">
      <h2 id="measurement-title">Stores by size</h2>
      <p className="quiet">
        This asks every store of the namespace, a few at a time. It takes about one request for 40
        of them.
      </p>
      {sums && (
        <dl className="figures" aria-busy={isRunning}>
          <Figure name="Accounts" text={sums.accounts.toLocaleString()} />
          <Figure name="Stores" text={sums.stores.toLocaleString()} />
          <Figure name="Text" text={bytesText(sums.bytes)} />
          <Figure name="Counted for quotas" text={bytesText(sums.cost)} />
          <Figure name="Devices now" text={sums.devices.toLocaleString()} />
        </dl>
      )}
      {sums && sums.unread > 0 && (
        <p className="problem">
          {countText(sums.unread, 'store')} did not answer, so the sums are without them.
        </p>
      )}
      {isRunning && sums && total !== undefined && (
        <progress value={sums.accounts} max={Math.max(total, 1)} aria-label="Accounts measured" />
      )}
      <p className="problem" role="alert">
        {problem}
      </p>
      <button type="button" onClick={measure} disabled={isRunning}>
        {sums ? 'Measure again' : 'Measure'}
      </button>
    </section>
  );
}

const add = (sums: Sums, step: Sums): Sums => ({
  accounts: sums.accounts + step.accounts,
  stores: sums.stores + step.stores,
  bytes: sums.bytes + step.bytes,
  cost: sums.cost + step.cost,
  devices: sums.devices + step.devices,
  unread: sums.unread + step.unread,
});

const Figure = ({ name, text }: { name: string; text: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{text}</dd>
  </div>
);
