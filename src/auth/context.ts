import type { RoomHost } from '../platform.ts';
import { HashingPool } from './hashing-pool.ts';
import { mailSender } from './mail-sender.ts';
import { Outbox } from './outbox.ts';
import { Throttle } from './throttle.ts';
import { performWork } from './work.ts';

const QUARTER_OF_AN_HOUR = 900_000;
const HOUR = 3_600_000;

/** Mails that anyone may have sent to one address in an hour. */
const MAILS_PER_HOUR = 5;

/** What the operations of an auth room share for the life of the room. */
export interface AuthContext {
  host: RoomHost;
  hashing: HashingPool;
  outbox: Outbox;
  /** Wrong passwords, by account. */
  failures: Throttle;
  /** Mails asked for, by account. */
  mails: Throttle;
}

export function createContext(host: RoomHost): AuthContext {
  const { storage, config, log } = host;
  return {
    host,
    hashing: new HashingPool(host),
    outbox: new Outbox(storage, log, performWork(host, mailSender(config))),
    failures: new Throttle(storage, {
      prefix: 'failures:',
      limit: config.SIGN_IN_FAILURES,
      windowMs: QUARTER_OF_AN_HOUR,
    }),
    mails: new Throttle(storage, { prefix: 'mails:', limit: MAILS_PER_HOUR, windowMs: HOUR }),
  };
}
