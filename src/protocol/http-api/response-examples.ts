import type { ErrorBody } from '../errors.ts';
import type {
  AccountExport,
  Confirmation,
  ListedSession,
  MergedContent,
  ResetOutcome,
  SessionDescription,
  SignedIn,
  Ticket,
} from './response-types.ts';

/**
 * An example of each route's response. The client compares responses with it, because captive
 * portals and proxies respond in place of the server, with a page or JSON of their own, and often
 * with status 200.
 */

export const CONFIRMATION: Confirmation = { success: true };

export const SIGNED_IN: SignedIn = {
  session_uuid: '',
  user: { email: '', created_at: '', login_time: '' },
};

export const TICKET: Ticket = { ticket: '', expires_at: '' };

export const SESSION: SessionDescription = {
  session: { uuid: '', created_at: '', expires_at: '', data: null },
  user: { email: '', created_at: '', verified_at: null, durable_object_name: '' },
};

export const SESSION_LIST: { sessions: ListedSession[] } = {
  sessions: [
    { id: '', created_at: '', last_used_on: '', expires_at: '', user_agent: '', current: false },
  ],
};

export const ACCOUNT_EXPORT: AccountExport = {
  ...SESSION_LIST,
  account: { namespace: '', email: '', created_at: '', verified_at: null, durable_object_name: '' },
  store: { tables: {}, values: {} },
};

export const RESET_OUTCOME: ResetOutcome = { address_was_verified: false, store: 'kept' };

export const MERGED_CONTENT: MergedContent = { success: true, mergeableContent: [[], []] };

const REFUSAL = { error: '', message: '' };

/**
 * Whether `value` has the properties and types of `example`. In an example, null allows anything,
 * true only true, and the item of a list stands for all of them.
 */
export function fits<Value>(value: unknown, example: Value): value is Value {
  if (example === null) return true;
  if (typeof value !== typeof example || value === null) return false;
  if (typeof example !== 'object') return example !== true || value === true;
  if (Array.isArray(example) !== Array.isArray(value)) return false;
  if (Array.isArray(value) && Array.isArray(example) && example.length === 1)
    return value.every((item) => fits(item, example[0]));
  const parts = value as Record<string, unknown>;
  return Object.entries(example).every(([key, part]) => fits(parts[key], part));
}

/** Whether a body is an error response. Codes of newer servers count too. */
export const isErrorBody = (body: unknown): body is ErrorBody =>
  fits(body, REFUSAL) && /^[a-z_]+$/.test(body.error);
