/** Values of the examples. The server generates those that are secrets or ids. */

export const EMAIL = 'ada@example.com';
export const PASSWORD = 'correct horse battery';
export const NEW_PASSWORD = 'another long passphrase';

export const SESSION_TOKEN = '5c31e9a0-7d42-8b6f-9c15-3e8f0a7b2d64';
export const SESSION_ID = '9f2c1d7e4b8a60535ad1f0c3b7e9284610fd5c8e2a7b94361d0e8f5c2b6a7930';
export const TICKET = '5c30b9d2f74a1e8c6350d9e7b1f428ac05d';
export const MAIL_TOKEN = '5c3e81f6a92d07b45c8e3f10d6b97a24ce1';
export const ROOM = '0d9b6c52-8e41-4f7a-b3d8-6a2f1c90e57b';

export const TIME = '2026-01-31T08:00:00.000Z';
const EXPIRES_AT = '2027-01-31T08:00:00.000Z';

const USER = {
  email: EMAIL,
  created_at: TIME,
  verified_at: null,
  durable_object_name: ROOM,
};

export const SIGNED_IN = {
  session_uuid: SESSION_TOKEN,
  user: { email: EMAIL, created_at: TIME, login_time: TIME },
};

export const SESSION = {
  session: { uuid: SESSION_TOKEN, created_at: TIME, expires_at: EXPIRES_AT, data: null },
  user: USER,
};

export const SESSIONS = [
  {
    id: SESSION_ID,
    created_at: TIME,
    last_used_on: '2026-01-31',
    expires_at: EXPIRES_AT,
    user_agent: 'Firefox on Linux',
    current: true,
  },
];

export const SOCKET_TICKET = {
  ticket: TICKET,
  expires_at: '2026-01-31T08:00:30.000Z',
  heartbeat_seconds: 10,
};

export const STORE = {
  tables: { tasks: { task1: { title: 'Learn TinyBase' } } },
  values: { name: 'Ada' },
};

/** Authors in the history of a private store, and of a shared one. */
export const AUTHOR = `session:${SESSION_ID.slice(0, 16)}`;
export const MEMBER = `member:${ROOM}`;

export const MOMENT = {
  id: '0',
  kind: 'changes',
  since: TIME,
  until: TIME,
  by: [AUTHOR],
  tables: { tasks: { rows: 1, cells: 1 } },
  more_tables: 0,
  values: 1,
};

export const SHARED_STORE = '7c1f5a3e-2b94-8d06-a5e7-19f3c8d2b640';
export const STORE_NAME = 'Holiday';
export const INVITATION_TOKEN = '7c1f5a3e2b948d06a5e719f3c8d2b640d41c7a90e85f3b26971e0ac5d8f24b63';

export const MEMBERSHIP = {
  store: SHARED_STORE,
  name: STORE_NAME,
  role: 'owner',
  joined_at: TIME,
};

export const OWNER = { id: ROOM, email: EMAIL, role: 'owner', joined_at: TIME };

export const INVITATION = {
  id: 'b7e02c94-5d18-4f6a-8c3b-60a9d1f7e235',
  role: 'editor',
  created_at: TIME,
  expires_at: '2026-02-07T08:00:00.000Z',
  uses_left: 1,
};

export const ISSUED_INVITATION = { ...INVITATION, token: INVITATION_TOKEN };

export const OPERATOR_KEY = 'change-me-to-64-random-characters';

export const NEW_KEY = {
  namespace: 'todo',
  scopes: ['accounts:read', 'stores:read'],
  expires_at: '2099-01-31T08:00:00.000Z',
  note: 'nightly report',
};

export const KEY = {
  id: 'e1f6a3d8-94b7-4c02-9d5e-7a30c8b2f461',
  namespace: NEW_KEY.namespace,
  scopes: NEW_KEY.scopes,
  created_at: TIME,
  expires_at: NEW_KEY.expires_at,
  last_used_on: null,
  note: NEW_KEY.note,
};

export const ISSUED_KEY = {
  ...KEY,
  key: 'thk_3b0f6c9e1d7a52840c8e9f31b6d4a7250e1c8f93d6b27a405f8e3c1d9b60a742',
};

export const KEY_ACCESS = { key: null, namespace: null, scopes: null, namespaces: null };

const OPERATED_ACCOUNT = {
  id: ROOM,
  email: EMAIL,
  created_at: TIME,
  verified_at: null,
  is_disabled: false,
};

export const ACCOUNT_PAGE = { accounts: [OPERATED_ACCOUNT], cursor: null };

/** A backup without accounts, as lines of JSON. */
export const BACKUP = [
  { kind: 'header', format: 1, namespace: 'todo', created_at: TIME, version: '0.1.0' },
  { kind: 'end', cursor: null, accounts: 0, stores: 0 },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('');

export const IMPORT_SUMMARY = { accounts: 0, stores: 0, conflicts: [] };

export const HASH_PAGE = {
  hashes: [{ kind: 'account', id: ROOM, hash: '5a1c9d07e2b34f68' }],
  cursor: null,
};

const STORE_USAGE = {
  id: ROOM,
  name: null,
  bytes: 81,
  cost: 232,
  quota_bytes: 33_554_432,
  devices: [],
  last_changed_at: TIME,
};

export const ACCOUNT_DESCRIPTION = {
  account: OPERATED_ACCOUNT,
  sessions: SESSIONS.map(({ current: _, ...session }) => session),
  stores: [{ ...STORE_USAGE, role: null }],
};

export const STORE_PAGE = { stores: [{ id: SHARED_STORE }], cursor: null };

export const REBUILD_STEP = {
  cursor: '8f4c1d07-62b3-4e9a-8d15-c07f3a9e2b64.walk.028',
  listed: 97,
  removed: 0,
};

export const USAGE = {
  stores: [STORE_USAGE],
  bytes: STORE_USAGE.bytes,
  cost: STORE_USAGE.cost,
  unread: 0,
  cursor: null,
};

export const USAGE_STEP = {
  ...{ accounts: 40, stores: 40, bytes: 51_200, cost: 93_440, devices: 7, unread: 0 },
  cursor: 'accounts.ada@example.com 0d9b6c52-8e41-4f7a-b3d8-6a2f1c90e57b',
};

export const SUMMARY = { accounts: 1_204, verified: 980, disabled: 3, stores: 57 };

export const METRICS = `# HELP tinyhost_accounts Accounts of the namespace.
# TYPE tinyhost_accounts gauge
tinyhost_accounts{namespace="todo"} 1204
`;

export const NEW_HOOK = {
  url: 'https://app.example.com/hooks',
  events: ['account.created', 'store.changed'],
};

export const HOOK = {
  id: 'a94d7c1e-2b60-4f85-9e31-d7c8b0f5a263',
  ...NEW_HOOK,
  created_at: TIME,
  is_paused: false,
};

export const ISSUED_HOOK = {
  ...HOOK,
  secret: 'whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=',
};

export const DELIVERY_ID = 'msg_5f0d8b7a-61c2-4e39-8a4d-c3f19b2e7604';

export const EXPORT = {
  account: { namespace: 'todo', ...USER },
  sessions: SESSIONS,
  stores: [],
  store: STORE,
};

export const HEALTH = {
  status: 'ok',
  timestamp: TIME,
  version: '0.1.0',
  engine: 'workers',
  password_hash: 'argon2id',
};
