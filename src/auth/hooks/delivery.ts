import type { HookEvent, ListedDelivery } from '../../protocol/http-api/hooks.ts';
import { isoTime } from '../iso-time.ts';

/** Version of the stored format of a delivery. */
const FORMAT = 1;

/** Digits of a number in a key, so that keys sort by it. */
const DIGITS = 15;

/** The keys of deliveries that are pending, and of those that have failed. */
export const PENDING_PREFIX = 'delivery:';
export const FAILED_PREFIX = 'failed:';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LONGEST_PAUSE = 12 * HOUR;

/** The pauses after failed attempts, in milliseconds: three days in all. */
const PAUSES = [
  ...[SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 3 * HOUR, 6 * HOUR],
  ...Array.from({ length: 5 }, () => LONGEST_PAUSE),
];

/** An event on its way to a hook. Times are in milliseconds since the epoch. */
export interface Delivery {
  format: number;
  /** The `webhook-id`, by which receivers know a repeated event. */
  id: string;
  event: HookEvent;
  created_at: number;
  attempts: number;
  /** When the next attempt is due. */
  due: number;
  last_failure?: string;
}

export function newDelivery(id: string, event: HookEvent): Delivery {
  const now = Date.now();
  return { format: FORMAT, id, event, created_at: now, attempts: 0, due: now };
}

/** Throws if a later version has written it. */
export function readDelivery(stored: Delivery): Delivery {
  if (stored.format > FORMAT) throw new Error('the delivery is of a newer format');
  return stored;
}

/** The key of a delivery. `number` counts the deliveries of a namespace. */
export const deliveryKey = (prefix: string, hook: string, number: number): string =>
  `${prefix}${hook}:${`${number}`.padStart(DIGITS, '0')}`;

/** The hook and the number in a key. */
export function readDeliveryKey(key: string): { hook: string; number: number } {
  const [, hook = '', number = ''] = key.split(':');
  return { hook, number: Number(number) };
}

/** What an event is about: an account or a store. Its events are delivered one after the other. */
export const subjectOf = ({ data }: HookEvent): string =>
  'store' in data ? data.store : data.account;

/** The delivery after a failed attempt. Its `due` is Infinity if that was the last one. */
export function afterFailure(delivery: Delivery, last_failure: string): Delivery {
  const pause = PAUSES[delivery.attempts] ?? Number.POSITIVE_INFINITY;
  return {
    ...delivery,
    attempts: delivery.attempts + 1,
    due: Date.now() + pause,
    last_failure,
  };
}

/** A due time beyond the longest pause was stored by a clock that has been set back since. */
export const isDue = (due: number, now: number): boolean => due <= now || due > now + LONGEST_PAUSE;

export const describeDelivery = (
  { id, event, created_at, attempts, due, last_failure }: Delivery,
  state: ListedDelivery['state'],
): ListedDelivery => ({
  id,
  type: event.type,
  subject: subjectOf(event),
  state,
  created_at: isoTime(created_at),
  attempts,
  next_attempt_at: state === 'failed' ? null : isoTime(due),
  last_failure: last_failure ?? null,
});
