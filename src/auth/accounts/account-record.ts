import { normaliseAddress } from '../../email-address.ts';
import type { ImportOutcome } from '../../operations/backup-operations.ts';
import type { AccountRecord } from '../../protocol/backup/records.ts';
import { isoTime } from '../iso-time.ts';
import { ACCOUNT_FORMAT, type Account } from './accounts.ts';

/** Accounts as records of a backup. */

export const accountRecord = (account: Account): AccountRecord => ({
  kind: 'account',
  id: account.id,
  email: account.email,
  password_hash: account.password_hash,
  past_passwords: account.past_passwords ?? 0,
  created_at: isoTime(account.created_at),
  verified_at: account.verified_at === undefined ? null : isoTime(account.verified_at),
  is_disabled: account.is_disabled === true,
  changes: account.changes ?? 0,
});

/** The account of a record. */
export const accountOf = (namespace: string, record: AccountRecord): Account => ({
  format: ACCOUNT_FORMAT,
  id: record.id,
  namespace,
  email: record.email,
  password_hash: record.password_hash,
  ...(record.past_passwords > 0 && { past_passwords: record.past_passwords }),
  created_at: Date.parse(record.created_at),
  ...stateOf(record),
});

/** What `changes` counts. */
const stateOf = ({ verified_at, is_disabled, changes }: AccountRecord) => ({
  ...(verified_at !== null && { verified_at: Date.parse(verified_at) }),
  ...(is_disabled && { is_disabled: true as const }),
  ...(changes > 0 && { changes }),
});

/** An account after it has taken over from a record what is later there. */
export interface MergedAccount {
  account: Account;
  outcome: ImportOutcome;
  /** Whether it has a new password, or cannot sign in any more. */
  endsSessions: boolean;
}

/** The later password, and the later state apart from that, win by their counters. */
export function mergeAccount(account: Account, record: AccountRecord): MergedAccount {
  const hasNewPassword = record.past_passwords > (account.past_passwords ?? 0);
  const hasNewState = record.changes > (account.changes ?? 0);
  const { password_hash, past_passwords } = record;
  const { is_disabled, ...rest } = account;
  const merged: Account = {
    ...(hasNewState || !is_disabled ? rest : account),
    ...(hasNewPassword && { password_hash, past_passwords }),
    ...(hasNewState && stateOf(record)),
  };
  const outcome = hasNewPassword || hasNewState ? 'updated' : 'unchanged';
  const endsSessions = hasNewPassword || (merged.is_disabled === true && !is_disabled);
  return { account: merged, outcome, endsSessions };
}

/** Whether an account and a record are about the same address. */
export const hasAddressOf = ({ email }: Account, record: AccountRecord): boolean =>
  normaliseAddress(email) === normaliseAddress(record.email);
