/** What a hook can be told of. */
export const HOOK_EVENTS = [
  'account.created',
  'account.verified',
  'account.deleted',
  'store.changed',
] as const;

export type HookEventType = (typeof HOOK_EVENTS)[number];

export type AccountEventType = Exclude<HookEventType, 'store.changed'>;

/** What a hook is told of an account, as `data` of the body. */
export interface AccountEventData {
  namespace: string;
  /** The id of the account. */
  account: string;
}

/** What a hook is told of a store that has changed, as `data` of the body. */
export interface StoreChangedData {
  namespace: string;
  /** The id of the store. That of a private store is the id of its account. */
  store: string;
  is_shared: boolean;
  /** The ETag of the whole store after the changes. */
  etag: string;
  /** The ids of changed rows by table; null for all rows of a table, or for all tables. */
  tables: Record<string, string[] | null> | null;
  /** The ids of changed values; null for all values. */
  values: string[] | null;
  /** Who has made the changes. */
  origin: ChangeOrigin[];
}

/** Who has changed a store. */
export type ChangeOrigin =
  /** A session, over a socket or over HTTP. `id` is that in the list of sessions. */
  | { kind: 'device' | 'http'; id: string }
  /** A key of the operator. Null for OPERATOR_KEY itself. */
  | { kind: 'key'; id: string | null }
  /** Others, of whom nothing more is known. */
  | { kind: 'other'; id: null };

/** The body of a request to a hook. */
export type HookEvent =
  | { type: AccountEventType; timestamp: string; data: AccountEventData }
  | { type: 'store.changed'; timestamp: string; data: StoreChangedData };

/** A hook as the operator sees it. Times are ISO 8601 in UTC. */
export interface ListedHook {
  id: string;
  url: string;
  events: HookEventType[];
  created_at: string;
  /** A paused hook is not told of anything. */
  is_paused: boolean;
}

/** A new hook. The secret is not shown again. */
export interface IssuedHook extends ListedHook {
  /** The key of the signatures: `whsec_` and base64. */
  secret: string;
}

/** An event that a hook has not confirmed. Times are ISO 8601 in UTC. */
export interface ListedDelivery {
  /** The `webhook-id` of its requests. */
  id: string;
  type: HookEventType;
  /** The id of the account or of the store. */
  subject: string;
  state: 'pending' | 'failed';
  created_at: string;
  attempts: number;
  /** When the next attempt is due; null after the last one. */
  next_attempt_at: string | null;
  /** Why the last attempt failed, such as `status-500`, `timeout` or `unreachable`. */
  last_failure: string | null;
}

export interface DeliveryList {
  /** The numbers of all of them. */
  pending: number;
  failed: number;
  /** The first pending ones in the order of their events, then the failed ones, latest first. */
  deliveries: ListedDelivery[];
}
