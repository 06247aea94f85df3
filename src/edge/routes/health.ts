import type { Handler } from 'hono';
import { version } from '../../../package.json';
import { loadArgon2 } from '../../argon2.ts';
import type { EdgeEnv } from '../environment.ts';

export const health: Handler<EdgeEnv> = async (context) =>
  context.json({
    status: 'ok',
    timestamp: new Date().toISOString(),
    version,
    engine: context.env.engine,
    password_hash: (await loadArgon2(context.env.argon2)) ? 'argon2id' : 'scrypt',
  });
