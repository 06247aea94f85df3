import { type JsonSchema, toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { ErrorBody } from '../../protocol/errors.ts';
import type * as operated from '../../protocol/http-api/operator-accounts.ts';
import {
  type ListedKey,
  type IssuedKey as NewlyIssuedKey,
  SCOPES,
} from '../../protocol/http-api/operator-keys.ts';
import type {
  AccountExport,
  ListedSession,
  MergedContent,
  SessionDescription,
  SignedIn,
  SignedUp,
  Ticket,
} from '../../protocol/http-api/response-types.ts';
import {
  type IssuedInvitation as Invited,
  type Invitation as OpenInvitation,
  ROLES,
  type Member as StoreMember,
  type Membership as StoreMembership,
} from '../../protocol/membership.ts';
import * as requests from '../request-schemas.ts';
import { BACKUP_SCHEMAS } from './backup-schemas.ts';
import * as history from './history-schemas.ts';
import { HOOK_SCHEMAS } from './hook-schemas.ts';
import { USAGE_SCHEMAS } from './usage-schemas.ts';

/** The schemas of the OpenAPI document. Those of requests are the ones that validate them. */

const Time = v.pipe(v.string(), v.isoTimestamp());
const Uuid = v.pipe(v.string(), v.uuid());

const Confirmation = v.object({ success: v.literal(true), message: v.string() });

const ResetResult = v.object({
  ...Confirmation.entries,
  address_was_verified: v.boolean(),
  store: v.picklist(['kept', 'emptied']),
});

const SignInResult = v.object({
  session_uuid: Uuid,
  user: v.object({ email: v.string(), created_at: Time, login_time: Time }),
}) satisfies v.GenericSchema<SignedIn>;

const SignUpResult = v.object({
  ...Confirmation.entries,
  ...v.partial(SignInResult).entries,
}) satisfies v.GenericSchema<SignedUp>;

const Account = {
  email: v.string(),
  created_at: Time,
  verified_at: v.nullable(Time),
  durable_object_name: Uuid,
};

const Session = v.object({
  session: v.object({ uuid: Uuid, created_at: Time, expires_at: Time, data: v.unknown() }),
  user: v.object(Account),
}) satisfies v.GenericSchema<SessionDescription>;

const SessionListEntry = v.object({
  id: v.pipe(v.string(), v.description('Names the session. It is not the session token.')),
  created_at: Time,
  last_used_on: v.pipe(v.string(), v.isoDate(), v.description('Day of the last use, in UTC.')),
  expires_at: Time,
  user_agent: v.pipe(v.string(), v.description('Browser or program, and operating system.')),
  current: v.pipe(v.boolean(), v.description('Whether this session sent the request.')),
}) satisfies v.GenericSchema<ListedSession>;

const SessionList = v.object({ sessions: v.array(SessionListEntry) });

const SocketTicket = v.object({
  ticket: v.string(),
  expires_at: Time,
  heartbeat_seconds: v.pipe(v.number(), v.description('Interval of heartbeats; 0 for none.')),
}) satisfies v.GenericSchema<Ticket>;

const Cell = v.pipe(v.unknown(), v.description('Any JSON value.'));
const Value = v.pipe(v.unknown(), v.description('Any JSON value.'));
const Row = v.record(v.string(), Cell);
const Table = v.record(v.string(), Row);
const Tables = v.record(v.string(), Table);
const Values = v.record(v.string(), Value);
const Store = v.object({ tables: Tables, values: Values });
const PartialStore = v.partial(Store);

const Membership = v.object({
  store: v.pipe(v.string(), v.uuid(), v.description('The id of the store.')),
  name: v.string(),
  role: v.picklist(ROLES),
  joined_at: Time,
}) satisfies v.GenericSchema<StoreMembership>;

const MembershipList = v.object({ stores: v.array(Membership) });

const Member = v.object({
  id: Uuid,
  email: v.string(),
  role: v.picklist(ROLES),
  joined_at: Time,
}) satisfies v.GenericSchema<StoreMember>;

const MemberList = v.object({ members: v.array(Member) });

const Invitation = v.object({
  id: Uuid,
  role: v.picklist(ROLES),
  created_at: Time,
  expires_at: Time,
  uses_left: v.number(),
}) satisfies v.GenericSchema<OpenInvitation>;

const InvitationList = v.object({ invitations: v.array(Invitation) });

const IssuedInvitation = v.object({
  ...Invitation.entries,
  token: v.string(),
}) satisfies v.GenericSchema<Invited>;

const Key = v.object({
  id: v.pipe(Uuid, v.description('Names the key. It is not the key.')),
  namespace: v.pipe(v.nullable(v.string()), v.description('Null for all namespaces.')),
  scopes: v.array(v.picklist(SCOPES)),
  created_at: Time,
  expires_at: v.nullable(Time),
  last_used_on: v.pipe(
    v.nullable(v.pipe(v.string(), v.isoDate())),
    v.description('Day of the last use, in UTC.'),
  ),
  note: v.string(),
}) satisfies v.GenericSchema<ListedKey>;

const KeyList = v.object({ keys: v.array(Key) });

const IssuedKey = v.object({
  ...Key.entries,
  key: v.string(),
}) satisfies v.GenericSchema<NewlyIssuedKey>;

const KeyAccess = v.object({
  key: v.pipe(v.nullable(Uuid), v.description('The `id` of the key; null for `OPERATOR_KEY`.')),
  namespace: v.pipe(v.nullable(v.string()), v.description('Null for all namespaces.')),
  scopes: v.pipe(v.nullable(v.array(v.picklist(SCOPES))), v.description('Null for all scopes.')),
  namespaces: v.pipe(
    v.nullable(v.array(v.string())),
    v.description(
      'The namespaces of `NAMESPACES` that the key is for; null for all possible ones.',
    ),
  ),
}) satisfies v.GenericSchema<operated.KeyAccess>;

const OperatedAccount = v.object({
  id: Uuid,
  email: v.string(),
  created_at: Time,
  verified_at: v.nullable(Time),
  is_disabled: v.boolean(),
}) satisfies v.GenericSchema<operated.OperatedAccount>;

const Cursor = v.pipe(v.nullable(v.string()), v.description('For the next part; null at the end.'));

const AccountPage = v.object({
  accounts: v.array(OperatedAccount),
  cursor: Cursor,
}) satisfies v.GenericSchema<operated.AccountPage>;

const AccountDescription = v.object({
  account: OperatedAccount,
  sessions: v.array(v.omit(SessionListEntry, ['current'])),
  stores: v.array(
    v.object({
      ...v.partial(USAGE_SCHEMAS.StoreUsage).entries,
      ...v.pick(USAGE_SCHEMAS.StoreUsage, ['id', 'name']).entries,
      role: v.pipe(v.nullable(v.picklist(ROLES)), v.description('Null for the private store.')),
    }),
  ),
}) satisfies v.GenericSchema<operated.AccountDescription>;

const StorePage = v.object({
  stores: v.array(v.object({ id: Uuid })),
  cursor: Cursor,
}) satisfies v.GenericSchema<operated.StorePage>;

const RebuildStep = v.object({
  cursor: Cursor,
  listed: v.pipe(v.number(), v.description('Accounts that were found in their rooms.')),
  removed: v.pipe(v.number(), v.description('Entries of which nothing is left.')),
}) satisfies v.GenericSchema<operated.RebuildStep>;

const Export = v.object({
  account: v.object({ namespace: v.string(), ...Account }),
  sessions: v.array(SessionListEntry),
  stores: v.array(Membership),
  store: Store,
}) satisfies v.GenericSchema<AccountExport>;

const MergePatch = v.pipe(v.unknown(), v.description('RFC 7396. Null removes.'));

const JsonPatch = v.array(
  v.object({
    op: v.picklist(['add', 'remove', 'replace', 'move', 'copy', 'test']),
    path: v.string(),
    from: v.optional(v.string()),
    value: v.optional(v.unknown()),
  }),
);

const MergeableContent = v.pipe(
  v.tuple([v.array(v.unknown()), v.array(v.unknown())]),
  v.description("The result of TinyBase's `getMergeableContent()`: tables and values."),
);

const ManualSync = v.object({ mergeableContent: MergeableContent });

const ManualSyncResult = v.object({
  success: v.literal(true),
  mergeableContent: MergeableContent,
  timestamp: Time,
  refused: v.optional(
    v.pipe(
      v.array(v.union([v.tuple([v.string(), v.string(), v.string()]), v.tuple([v.string()])])),
      v.description("Stamps that were left out: they are too far ahead of the server's clock."),
    ),
  ),
}) satisfies v.GenericSchema<MergedContent>;

const PersistedStore = v.pipe(
  v.tuple([Tables, Values]),
  v.description("The result of TinyBase's `getContent()`: tables and values."),
);

const Health = v.object({
  status: v.literal('ok'),
  timestamp: Time,
  version: v.string(),
  engine: v.picklist(['partykit', 'workers']),
  password_hash: v.picklist(['argon2id', 'scrypt']),
});

const OpenApi = v.looseObject({ openapi: v.literal('3.1.1') });

const ErrorResponse = v.object({
  error: v.pipe(v.string(), v.description('For programs. Newer servers may add codes.')),
  message: v.pipe(v.string(), v.description('For people.')),
  field: v.optional(v.pipe(v.string(), v.description('The input that was refused.'))),
  line: v.optional(v.pipe(v.number(), v.description('The line of the body, counted from 1.'))),
}) satisfies v.GenericSchema<Omit<ErrorBody, 'error'>>;

const SCHEMAS = {
  Credentials: requests.CredentialsInput,
  ResetRequest: requests.EmailInput,
  Reset: requests.ResetInput,
  Verification: requests.VerificationInput,
  Revocation: requests.RevocationInput,
  PasswordChange: requests.PasswordChangeInput,
  Deletion: requests.DeletionInput,
  NewStore: requests.NewStoreInput,
  NewInvitation: requests.InvitationInput,
  RoleChange: requests.RoleChangeInput,
  Acceptance: requests.AcceptanceInput,
  NewKey: requests.NewKeyInput,
  ...{ Confirmation, ResetResult, SignUpResult, SignInResult },
  ...{ Session, SessionListEntry, SessionList },
  ...{ SocketTicket, Export, Store, PartialStore, Tables, Table, Row, Cell, Values, Value },
  ...{ Membership, MembershipList, Member, MemberList },
  ...{ Invitation, InvitationList, IssuedInvitation },
  Rebuilding: requests.RebuildInput,
  ...{ Key, KeyList, IssuedKey, KeyAccess },
  ...{ AccountPage, AccountDescription, StorePage, RebuildStep },
  ...BACKUP_SCHEMAS,
  ...HOOK_SCHEMAS,
  ...USAGE_SCHEMAS,
  ...{ MergePatch, JsonPatch, MergeableContent, ManualSync, ManualSyncResult, PersistedStore },
  ...history,
  ...{ Health, OpenApi },
  Error: ErrorResponse,
};

export type SchemaName = keyof typeof SCHEMAS;

/**
 * Converts the schemas to JSON Schema. Checks that JSON Schema cannot express, such as the syntax
 * of an e-mail address, are left out.
 */
export const componentSchemas = (): Record<string, JsonSchema> =>
  toJsonSchemaDefs(SCHEMAS, {
    target: 'draft-2020-12',
    typeMode: 'input',
    errorMode: 'ignore',
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  });
