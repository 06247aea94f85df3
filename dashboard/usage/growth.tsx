import { useCallback } from 'react';
import { LoadingPart, useModule } from '../../demo/ui/on-demand.tsx';
import { type AdminApi, pathOf, query } from '../api/admin-api.ts';
import { ACCOUNT_PAGE, type AccountPage } from '../api/responses.ts';
import { useAdmin } from '../parts/admin-context.ts';
import { countText } from '../parts/format.ts';
import { Loaded } from '../parts/loaded.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { accountsByDay } from './accounts-by-day.ts';

/** How many accounts the chart counts at most: 100 requests of 100 accounts. */
const MOST_ACCOUNTS = 10_000;

/** The library for plots, which other parts do not need. */
const loadChart = () => import('./day-chart.tsx');

/** A chart of how many accounts there were on each day. */
export function Growth({ namespace }: { namespace: string }) {
  const { api } = useAdmin();
  const { module, hasFailed } = useModule(loadChart, true);
  const load = useCallback(
    (signal: AbortSignal) => creationTimes(api, namespace, signal),
    [api, namespace],
  );
  const answer = useAnswer(load);
  return (
    <section className="card" aria-labelledby="growth-title">
      <h2 id="growth-title">Accounts by day</h2>
      <Loaded answer={answer}>
        {({ times, isComplete }) => {
          if (times.length === 0) return <p className="empty">Nobody has signed up yet.</p>;
          const days = accountsByDay(times, Date.now());
          const summary = `${countText(times.length, 'account')} since ${days.from}, ${days.inLastWeek} of them in the last 7 days`;
          return (
            <>
              {module ? (
                <module.DayChart days={days} label={summary} />
              ) : (
                <LoadingPart hasFailed={hasFailed} />
              )}
              <p className="quiet">
                {summary}.
                {!isComplete &&
                  ` There are more: this counts the first ${MOST_ACCOUNTS.toLocaleString()} by address.`}
              </p>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

/** When the accounts were created, in milliseconds since the epoch. */
async function creationTimes(api: AdminApi, namespace: string, signal: AbortSignal) {
  const times: number[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `${pathOf(namespace, 'accounts')}${query({ cursor, limit: 100 })}`;
    const page: AccountPage = await api.call(path, ACCOUNT_PAGE, { signal });
    times.push(...page.accounts.map(({ created_at }) => Date.parse(created_at)));
    cursor = page.cursor;
  } while (cursor !== null && times.length < MOST_ACCOUNTS);
  return { times, isComplete: cursor === null };
}
