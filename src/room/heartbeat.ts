import type { RoomStorage } from '../platform.ts';
import { nextHlc } from './clock.ts';
import { HEARTBEAT, type Truth } from './truth.ts';

/**
 * The value that tells devices that the server is alive: an ISO 8601 time, dated by the server's
 * clock alone. It is never stored. After an eviction the room knows it again from the next beat,
 * or when a device comes with one, which is answered by a beat that is later still.
 */
export function beat(truth: Truth, now: number, after = ''): void {
  const place = { table: null, row: '', id: HEARTBEAT };
  const known = truth.tree.leaf(place)?.hlc ?? '';
  const hlc = nextHlc(now, known > after ? known : after);
  truth.flush();
  truth.merge([{ ...place, thing: new Date(now).toISOString(), hlc }]);
  truth.flush();
}

/** Sets the alarm for the next beat unless one is set. `seconds` of 0 means never. */
export async function schedule(storage: RoomStorage, seconds: number, now: number): Promise<void> {
  if (seconds === 0 || (await storage.getAlarm()) !== null) return;
  await storage.setAlarm(now + seconds * 1000);
}
