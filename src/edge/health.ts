import type { Handler } from 'hono';
import { version } from '../../package.json';
import type { EdgeEnv } from './host.ts';

export const health: Handler<EdgeEnv> = (context) =>
  context.json({
    status: 'ok',
    timestamp: new Date().toISOString(),
    version,
    engine: context.env.engine,
  });
