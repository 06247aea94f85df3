import type { Context } from 'hono';
import type { EdgeHost } from '../platform.ts';

/** Hono's environment: the engine that hosts this request. */
export interface EdgeEnv {
  Bindings: EdgeHost;
}

export type EdgeContext = Context<EdgeEnv>;
