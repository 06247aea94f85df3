import { mapAtOnce } from '../at-once.ts';
import { withDeadline } from '../deadline.ts';
import { call } from '../operations/room-calls.ts';
import type { StoreReader, UsageOperations } from '../operations/user-room-operations.ts';
import type { Rooms } from '../platform.ts';
import type { StoreUsage } from '../protocol/http-api/usage.ts';

/**
 * Rooms of stores that one request asks. Workers on the free plan allow 50 subrequests a request,
 * and a request makes up to four others.
 */
export const MAX_STORES_ASKED = 40;

/** Milliseconds that a room may take to read its content. */
const ANSWER = 8_000;

/** A store, and for whom its room is asked. */
export interface AskedStore extends StoreReader {
  /** The name of its room. */
  id: string;
}

export interface MeasuredStores {
  /** In the order of the question, without those that are not there any more. */
  stores: StoreUsage[];
  /** Stores that did not answer, or cannot be read. */
  unread: number;
}

/** Asks the rooms of up to MAX_STORES_ASKED stores what these take. */
export async function measureStores(rooms: Rooms, asked: AskedStore[]): Promise<MeasuredStores> {
  const stores: StoreUsage[] = [];
  let unread = 0;
  for (const usage of await mapAtOnce(asked, (store) => measure(rooms, store))) {
    if (usage === 'unread') unread += 1;
    else if (usage !== 'absent') stores.push(usage);
  }
  return { stores, unread };
}

/** One store that cannot be read must not hide the others. */
async function measure(
  rooms: Rooms,
  { id, ...reader }: AskedStore,
): Promise<StoreUsage | 'absent' | 'unread'> {
  try {
    const asking = call<UsageOperations, 'describe-usage'>(
      rooms.user(id),
      'describe-usage',
      reader,
    );
    const answer = await withDeadline(asking, ANSWER);
    if (answer.ok) return { id, ...answer.value };
    return answer.error === 'not_found' || answer.error === 'unauthorized' ? 'absent' : 'unread';
  } catch {
    return 'unread';
  }
}

export const sumOf = (stores: StoreUsage[], field: 'bytes' | 'cost'): number =>
  stores.reduce((sum, store) => sum + store[field], 0);
