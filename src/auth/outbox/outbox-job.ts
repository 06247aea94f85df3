import type { CloseName } from '../../protocol/close-codes.ts';
import type { AccountEventType } from '../../protocol/http-api/hooks.ts';
import type { InvitationMailJob } from '../mail/mail.ts';
import type { Recipient } from '../mail/mail-tokens.ts';

/**
 * What other rooms or the owner of an account still have to be told. A job runs at least once and
 * may run twice without harm: rooms are told a state, and a mail keeps its id and content.
 */
export type OutboxJob =
  /** `user` is the room to tell: the private one of an account, or that of a store it is in. */
  | { kind: 'end-sessions'; user: string; session_hashes: string[]; close?: CloseName }
  | { kind: 'renew-session'; user: string; session_hash: string; expires_at: string }
  | { kind: 'destroy'; user: string }
  | ({ kind: 'mail' } & Recipient)
  | ({ kind: 'invitation-mail' } & InvitationMailJob)
  /** Creates a shared store, whose owner is an account of the auth room `shard`. */
  | { kind: 'create-store'; store: string; account: string; shard: string }
  | { kind: 'leave-store'; store: string; account: string; namespace?: string }
  | { kind: 'stores-changed'; user: string }
  /** Tells the directory of the namespace what the account is when the job runs. */
  | { kind: 'directory'; namespace: string; account: string }
  /** Tells the directory of the namespace whether the store exists when the job runs. */
  | { kind: 'directory-store'; namespace: string; store: string }
  /** Tells the hooks of the namespace. Without a `type`, it only takes as long. */
  | {
      kind: 'account-event';
      type?: AccountEventType;
      timestamp: string;
      namespace: string;
      account: string;
    };

/** A job as it is stored until it is done. Times are in milliseconds since the epoch. */
export interface StoredJob {
  job: OutboxJob;
  attempts: number;
  due: number;
  /** Until then an attempt may still be running, perhaps in an earlier life of the room. */
  leased_until?: number;
}

const FIRST_RETRY = 5_000;
const LAST_RETRY = 3_600_000;

/** Longer than sending a mail may take (webhook.ts), so that two attempts never overlap. */
const MAIL_LEASE = 15_000;

export const newJob = (job: OutboxJob): StoredJob =>
  lease({ job, attempts: 0, due: Date.now() + FIRST_RETRY });

const isMail = ({ kind }: OutboxJob): boolean => kind === 'mail' || kind === 'invitation-mail';

/**
 * Marks a job whose attempt begins now. Only mails are leased. A job for a room may be repeated at
 * once, so that an account is deleted without delay after a crash.
 */
export function lease({ job, attempts, due }: StoredJob): StoredJob {
  if (!isMail(job)) return { job, attempts, due };
  const leased_until = Date.now() + MAIL_LEASE;
  return { job, attempts, due: leased_until, leased_until };
}

export function isLeased({ leased_until = 0 }: StoredJob): boolean {
  const left = leased_until - Date.now();
  return left > 0 && left <= MAIL_LEASE;
}

/** Whether the answer to a request waits until the job is done. */
export const isAwaited = ({ kind }: OutboxJob): boolean => AWAITED.has(kind);

/**
 * Whether a job is tried for ever, because somebody's data would stay where it must not be, or the
 * directory would be wrong.
 */
export const isNeverGivenUp = ({ kind }: OutboxJob): boolean => NEVER_GIVEN_UP.has(kind);

const AWAITED: ReadonlySet<OutboxJob['kind']> = new Set([
  'end-sessions',
  'destroy',
  'create-store',
  'leave-store',
]);
const NEVER_GIVEN_UP: ReadonlySet<OutboxJob['kind']> = new Set([
  'destroy',
  'leave-store',
  'directory',
  'directory-store',
]);

/**
 * Whether a later job makes an earlier one needless, so that an account or a store has at most one
 * job for an unreachable directory. The earlier one may be running, and have read an older state.
 */
export const isReplacedBy = (earlier: OutboxJob, later: OutboxJob): boolean =>
  (earlier.kind === 'directory' &&
    later.kind === 'directory' &&
    earlier.account === later.account) ||
  (earlier.kind === 'directory-store' &&
    later.kind === 'directory-store' &&
    earlier.store === later.store);

/** A due time beyond the longest pause was stored by a clock that has been set back since. */
export function isDue({ due }: StoredJob): boolean {
  const now = Date.now();
  return due <= now || due > now + LAST_RETRY;
}

/** The next attempt of a job that has failed: pauses double from 5 s to an hour. */
export const postpone = ({ job, attempts }: StoredJob): StoredJob => ({
  job,
  attempts: attempts + 1,
  due: Date.now() + Math.min(LAST_RETRY, FIRST_RETRY * 2 ** attempts),
});
