import type { Context } from 'hono';
import type { EdgeHost } from '../platform.ts';
import type { Scope } from '../protocol/http-api/operator-keys.ts';

/** Hono's environment. Its bindings are the engine that hosts the request. */
export interface EdgeEnv {
  Bindings: EdgeHost;
  Variables: {
    /** Set on the operator's routes. */
    operator: OperatorAccess;
  };
}

/** The key of a request to the operator's routes, and what it allows. */
export interface OperatorAccess {
  /** The id of the key; null for OPERATOR_KEY. */
  key: string | null;
  /** The only namespace that it is for; null for all of them. */
  namespace: string | null;
  /** Null for all of them, those that only OPERATOR_KEY has among them. */
  scopes: readonly Scope[] | null;
}

export type EdgeContext = Context<EdgeEnv>;
