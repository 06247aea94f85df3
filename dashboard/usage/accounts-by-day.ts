const DAY_MS = 86_400_000;

/** The shortest period that is shown, in days. */
const LEAST_DAYS = 14;

export interface Days {
  /** The beginning of each day in UTC, in seconds since the epoch. */
  starts: number[];
  /** How many accounts there were at its end. */
  totals: number[];
  /** The day of the first account: `2026-01-31`. */
  from: string;
  inLastWeek: number;
}

/** Counts accounts by day, from the first to `now`. Times are in milliseconds since the epoch. */
export function accountsByDay(times: readonly number[], now: number): Days {
  const today = Math.floor(now / DAY_MS);
  const days = times.map((time) => Math.floor(time / DAY_MS));
  const earliest = days.reduce((least, day) => Math.min(least, day), today);
  const first = Math.min(earliest, today - LEAST_DAYS + 1);
  const created = new Array<number>(today - first + 1).fill(0);
  for (const day of days) created[Math.min(day, today) - first]!++;
  let total = 0;
  const totals = created.map((count) => (total += count));
  return {
    starts: created.map((_, index) => ((first + index) * DAY_MS) / 1000),
    totals,
    from: new Date(earliest * DAY_MS).toISOString().slice(0, 10),
    inLastWeek: created.slice(-7).reduce((sum, count) => sum + count, 0),
  };
}
