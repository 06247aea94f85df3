import type { Context } from 'hono';
import type { EdgeHost } from '../platform.ts';

/** Hono's environment. Its bindings are the engine that hosts the request. */
export interface EdgeEnv {
  Bindings: EdgeHost;
}

export type EdgeContext = Context<EdgeEnv>;
