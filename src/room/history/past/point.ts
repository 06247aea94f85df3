import { fail, type Result, succeed } from '../../../protocol/errors.ts';

/** A point of the past: a time (milliseconds since the epoch), or just before a moment. */
export type Point = { time: number } | { moment: number };

const MOMENT = /^\d{1,15}$/;
const DATE = String.raw`\d{4}-\d\d-\d\d`;
const TIME = new RegExp(`^${DATE}(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d))?$`);

/** Reads the field `at` of a request: an ISO 8601 time with its zone, or the id of a moment. */
export function readPoint(at: unknown, now: number): Result<Point> {
  if (typeof at !== 'string') return refuse('has to be a time or the id of a moment');
  if (MOMENT.test(at)) return succeed({ moment: Number(at) });
  const time = TIME.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time)) {
    return refuse('has to be a time like 2026-12-01T08:30:00Z, or the id of a moment');
  }
  return time > now ? refuse('is in the future') : succeed({ time });
}

const refuse = (problem: string): Result<never> =>
  fail('invalid_field', `at ${problem}`, { field: 'at' });
