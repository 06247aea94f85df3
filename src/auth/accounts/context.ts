import type { RoomHost } from '../../platform.ts';
import { mailSender } from '../mail/mail-sender.ts';
import { createMailKey } from '../mail/mail-tokens.ts';
import { Outbox } from '../outbox/outbox.ts';
import { jobRunner } from '../outbox/run-job.ts';
import { HashingPool } from '../passwords/hashing-pool.ts';
import { Throttle } from '../rate-limit/throttle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FAILURES_WINDOW = 15 * MINUTE;

/** Failures that unknown networks together may cause at one account, in SIGN_IN_FAILURES. */
const NETWORKS_AT_LIMIT = 10;

/** Invitations that one account may mail in an hour, to all addresses together. */
const INVITATION_MAILS = 50;

/** State that the operations of an accounts room share. It lives as long as the instance. */
export interface AccountsContext {
  host: RoomHost;
  hashing: HashingPool;
  outbox: Outbox;
  mailKey: Uint8Array;
  /** Counts wrong passwords by account and network. */
  networkFailures: Throttle;
  /** Counts wrong passwords by account, from all networks that the account does not know. */
  strangerFailures: Throttle;
  /** Counts wrong passwords by the session or mail token that came with them. */
  proofFailures: Throttle;
  /** Counts expensive requests by session. */
  sessionRequests: Throttle;
  /** Counts the mails that invite somebody, by the account that invites. */
  invitationMails: Throttle;
}

export function createContext(host: RoomHost): AccountsContext {
  const { storage, config, log } = host;
  const mailKey = createMailKey(config);
  const limit = config.SIGN_IN_FAILURES;
  const failures = (prefix: string, limit: number) =>
    new Throttle(storage, { prefix, limit, windowMs: FAILURES_WINDOW });
  return {
    host,
    hashing: new HashingPool(host),
    outbox: new Outbox(storage, log, jobRunner(host, mailKey, mailSender(config))),
    mailKey,
    networkFailures: failures('failures:', limit),
    strangerFailures: failures('strangers:', limit * NETWORKS_AT_LIMIT),
    proofFailures: failures('proven:', limit),
    sessionRequests: new Throttle(storage, {
      prefix: 'requests:',
      limit: config.AUTH_REQUESTS_PER_MINUTE,
      windowMs: MINUTE,
      unstored: config.AUTH_REQUESTS_PER_MINUTE,
    }),
    invitationMails: new Throttle(storage, {
      prefix: 'invitations:',
      limit: INVITATION_MAILS,
      windowMs: HOUR,
    }),
  };
}
