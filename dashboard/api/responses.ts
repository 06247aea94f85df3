import type {
  DeliveryList,
  HookEventType,
  IssuedHook,
  ListedHook,
} from '../../src/protocol/http-api/hooks.ts';
import type {
  AccountDescription,
  AccountPage,
  KeyAccess,
  StorePage,
} from '../../src/protocol/http-api/operator-accounts.ts';
import type { ListedKey, Scope } from '../../src/protocol/http-api/operator-keys.ts';
import type { NamespaceSummary, UsageStep } from '../../src/protocol/http-api/usage.ts';

/**
 * The responses that the dashboard reads, each with an example. As in the client, a response that
 * does not fit its example is not from TinyHost. In an example, null allows anything.
 */

export {
  HOOK_EVENTS,
  type ListedDelivery,
  type ListedHook,
} from '../../src/protocol/http-api/hooks.ts';
export type {
  AccountDescription,
  AccountPage,
  KeyAccess,
  OperatedAccount,
  StoreOfAccount,
} from '../../src/protocol/http-api/operator-accounts.ts';

export const ACCESS: KeyAccess = { key: null, namespace: null, scopes: null, namespaces: null };

/** A list in pages. The cursor of the last page is null. */
export interface Page {
  cursor: string | null;
}

const ACCOUNT = { id: '', email: '', created_at: '', verified_at: null, is_disabled: false };

export const ACCOUNT_PAGE: AccountPage = { accounts: [ACCOUNT], cursor: null };

export type {
  ConnectedDevice,
  NamespaceSummary,
  UsageStep,
} from '../../src/protocol/http-api/usage.ts';

export type AccountSession = AccountDescription['sessions'][number];

export const ACCOUNT_DETAILS: AccountDescription = {
  account: ACCOUNT,
  sessions: [{ id: '', created_at: '', last_used_on: '', expires_at: '', user_agent: '' }],
  stores: [{ id: '', name: null, role: null }],
};

export const STORE_PAGE: StorePage = { stores: [{ id: '' }], cursor: null };

export const SUMMARY: NamespaceSummary = { accounts: 0, verified: 0, disabled: 0, stores: 0 };

export const USAGE_STEP: UsageStep = {
  accounts: 0,
  stores: 0,
  bytes: 0,
  cost: 0,
  devices: 0,
  unread: 0,
  cursor: null,
};

export type { IssuedKey, ListedKey } from '../../src/protocol/http-api/operator-keys.ts';
export { SCOPES } from '../../src/protocol/http-api/operator-keys.ts';

const KEY: ListedKey = {
  id: '',
  namespace: null,
  scopes: ['' as Scope],
  created_at: '',
  expires_at: null,
  last_used_on: null,
  note: '',
};

export const KEY_LIST: { keys: ListedKey[] } = { keys: [KEY] };
export const ISSUED_KEY = { ...KEY, key: '' };

/** For routes whose response says nothing more. */
export const DONE = {};

const HOOK: ListedHook = {
  id: '',
  url: '',
  events: ['' as HookEventType],
  created_at: '',
  is_paused: false,
};

export const HOOK_LIST: { hooks: ListedHook[] } = { hooks: [HOOK] };
export const ISSUED_HOOK: IssuedHook = { ...HOOK, secret: '' };

export const DELIVERY_LIST: DeliveryList = {
  pending: 0,
  failed: 0,
  deliveries: [
    {
      id: '',
      type: '' as HookEventType,
      subject: '',
      state: '' as 'pending',
      created_at: '',
      attempts: 0,
      next_attempt_at: null,
      last_failure: null,
    },
  ],
};
