import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LibsqlDialect } from '@libsql/kysely-libsql';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';

/**
 * better-auth with SQLite on Node, as its documentation sets it up, rate limit and telemetry off;
 * sends its URL to its parent. With `ours` for an argument, passwords cost what they cost here.
 */

const derive = promisify(
  (password: string, salt: string, done: (error: Error | null, key: Buffer) => void) =>
    scrypt(password, salt, 32, { N: 2 ** 14, r: 8, p: 5, maxmem: 2 ** 26 }, done),
);

const ourCost = {
  hash: async (password: string) => {
    const salt = randomBytes(16).toString('hex');
    return `${salt}:${(await derive(password, salt)).toString('hex')}`;
  },
  verify: async ({ hash, password }: { hash: string; password: string }) => {
    const [salt = '', key = ''] = hash.split(':');
    return timingSafeEqual(await derive(password, salt), Buffer.from(key, 'hex'));
  },
};

const folder = await mkdtemp(join(tmpdir(), 'better-auth-'));
process.once('SIGTERM', async () => {
  await rm(folder, { recursive: true, force: true });
  process.exit();
});

const server = createServer();
server.listen(0, '127.0.0.1', async () => {
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const dialect = new LibsqlDialect({ url: `file:${join(folder, 'auth.db')}` });
  const auth = betterAuth({
    baseURL: url,
    secret: randomBytes(32).toString('hex'),
    database: { dialect, type: 'sqlite' },
    emailAndPassword: {
      enabled: true,
      autoSignIn: false,
      ...(process.argv[2] === 'ours' ? { password: ourCost } : {}),
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
  });
  await (await getMigrations(auth.options)).runMigrations();
  server.on('request', toNodeHandler(auth));
  process.send?.(url);
});
