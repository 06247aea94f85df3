import * as v from 'valibot';
import { isAddress } from '../../email-address.ts';
import { isPasswordHash } from '../../password-hash-format.ts';
import type {
  AccountRecord,
  BackupRecord,
  EndRecord,
  HeaderRecord,
  MembersRecord,
  MomentRecord,
  PartRecord,
  SkippedRecord,
} from '../../protocol/backup/records.ts';
import { isStoreId } from '../../protocol/membership.ts';
import { RoleInput, StoreName } from '../request-schemas.ts';

/** The records that an import accepts. Other fields than these are left out. */

const ACCOUNT_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** More than any account or store has changed. A counter near the largest number would never lose. */
const MAX_COUNT = 1_000_000_000;

const AccountId = v.pipe(v.string(), v.regex(ACCOUNT_ID, 'is not the id of an account'));
const SharedId = v.pipe(v.string(), v.check(isStoreId, 'is not the id of a shared store'));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_COUNT));
const Text = v.pipe(v.string(), v.maxLength(1_000));
const Time = v.pipe(
  v.string(),
  v.isoTimestamp('is not a time'),
  v.check((time) => Number.isFinite(Date.parse(time)), 'is not a time'),
);
const Milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15));
const Email = v.pipe(
  v.string(),
  v.check((email) => email === email.trim() && isAddress(email), 'is not an e-mail address'),
);

const Header = v.object({
  kind: v.literal('header'),
  format: v.pipe(v.number(), v.integer(), v.minValue(1)),
  namespace: Text,
  created_at: Text,
  version: Text,
}) satisfies v.GenericSchema<HeaderRecord>;

const Account = v.object({
  kind: v.literal('account'),
  id: AccountId,
  email: Email,
  password_hash: v.pipe(v.string(), v.check(isPasswordHash, 'is not a password hash')),
  past_passwords: Count,
  created_at: Time,
  verified_at: v.nullable(Time),
  is_disabled: v.boolean(),
  changes: Count,
}) satisfies v.GenericSchema<AccountRecord>;

const Member = v.object({ id: AccountId, email: Email, role: RoleInput, joined_at: Time });

const Invitation = v.object({
  token_hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a hash')),
  id: v.pipe(v.string(), v.uuid('is not an id')),
  role: RoleInput,
  created_by: AccountId,
  created_at: Milliseconds,
  expires_at: Milliseconds,
  uses_left: Count,
  barred: v.pipe(v.array(AccountId), v.maxLength(100)),
});

const Members = v.object({
  kind: v.literal('members'),
  store: SharedId,
  name: StoreName,
  created_at: Time,
  version: Count,
  members: v.pipe(
    v.array(Member),
    v.maxLength(10_000),
    v.check((all) => new Set(all.map(({ id }) => id)).size === all.length, 'has a member twice'),
    v.check((all) => all.some(({ role }) => role === 'owner'), 'has no owner'),
  ),
  invitations: v.pipe(v.array(Invitation), v.maxLength(200)),
}) satisfies v.GenericSchema<MembersRecord>;

const Part = v.object({
  kind: v.literal('part'),
  store: v.union([AccountId, SharedId], 'is not the id of a store'),
  part: v.pipe(Count, v.minValue(1)),
  is_last: v.boolean(),
  content: v.optional(Text),
  change: v.pipe(v.unknown(), v.check(Array.isArray, 'is not a change')),
});

const Moment = v.object({
  kind: v.literal('moment'),
  store: v.union([AccountId, SharedId], 'is not the id of a store'),
  history: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/, 'is not the id of a history')),
  moment: v.pipe(Count, v.minValue(1)),
  is_last: v.boolean(),
  content: v.optional(Text),
  what: v.picklist(['changes', 'deletion', 'restore']),
  after: Milliseconds,
  since: Milliseconds,
  until: Milliseconds,
  by: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(16)),
  content_bytes: Count,
  change: v.pipe(v.unknown(), v.check(Array.isArray, 'is not a change')),
});

const Skipped = v.object({
  kind: v.literal('skipped'),
  store: v.union([AccountId, SharedId], 'is not the id of a store'),
  error: Text,
}) satisfies v.GenericSchema<SkippedRecord>;

const End = v.object({
  kind: v.literal('end'),
  cursor: v.nullable(Text),
  accounts: Count,
  stores: Count,
}) satisfies v.GenericSchema<EndRecord>;

const Record = v.variant('kind', [Header, Account, Members, Part, Moment, Skipped, End]);

/** Checks the form of a record. Returns it, or what is wrong with it. */
export function parseRecord(json: unknown): BackupRecord | string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'is not an object';
  const parsed = v.safeParse(Record, json, { abortEarly: true });
  if (parsed.success) return parsed.output as BackupRecord | PartRecord | MomentRecord;
  const [issue] = parsed.issues;
  const reason = issue.input === undefined ? 'is missing' : issue.message;
  return `${v.getDotPath(issue) ?? 'it'} ${reason}`;
}
