import type { RoomHost } from '../platform.ts';
import { HashingPool } from './hashing-pool.ts';
import { Throttle } from './throttle.ts';

const QUARTER_OF_AN_HOUR = 900_000;

/** What the operations of an auth room share for the life of the room. */
export interface AuthContext {
  host: RoomHost;
  hashing: HashingPool;
  /** Wrong passwords, by account. */
  failures: Throttle;
}

export function createContext(host: RoomHost): AuthContext {
  return {
    host,
    hashing: new HashingPool(host),
    failures: new Throttle(host.storage, {
      prefix: 'failures:',
      limit: host.config.SIGN_IN_FAILURES,
      windowMs: QUARTER_OF_AN_HOUR,
    }),
  };
}
