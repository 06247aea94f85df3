/** What a key for the operator's routes may allow. */
export const SCOPES = [
  'accounts:read',
  'accounts:write',
  'stores:read',
  'stores:write',
  'usage:read',
  'backup:read',
  'backup:write',
  'hooks:read',
  'hooks:write',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Scopes of routes. Only OPERATOR_KEY has `keys:write`, so that no key can make another one. */
export type RouteScope = Scope | 'keys:write';

/** A key as the operator sees it. Times are ISO 8601 in UTC. */
export interface ListedKey {
  /** Identifies the key in the list. It is not the key and cannot be used as one. */
  id: string;
  /** The only namespace that the key is for; null for all of them. */
  namespace: string | null;
  scopes: Scope[];
  created_at: string;
  /** Null for a key that does not expire. */
  expires_at: string | null;
  /** The day of its last use in UTC, `2026-01-31`; null if it was never used. */
  last_used_on: string | null;
  /** What the operator has written about it. */
  note: string;
}

/** A new key. Only its hash is stored, so this response alone has it. */
export interface IssuedKey extends ListedKey {
  key: string;
}
