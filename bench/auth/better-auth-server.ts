import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LibsqlDialect } from '@libsql/kysely-libsql';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { argon2 } from '../../dev/argon2-wasm.ts';
import { loadArgon2 } from '../../src/argon2.ts';
import { passwordHashing } from '../../src/auth/passwords/password-hash.ts';

/**
 * Serves better-auth with SQLite, set up as its documentation shows, without rate limit and
 * telemetry. Sends its URL to the parent process. The argument `ours` selects our password hashing.
 */

const hashing = passwordHashing(await loadArgon2(argon2));

const ourHashing = {
  hash: async (password: string) => hashing.hash(password),
  verify: async ({ hash, password }: { hash: string; password: string }) =>
    hashing.verify(password, hash),
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
      ...(process.argv[2] === 'ours' ? { password: ourHashing } : {}),
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error' },
  });
  await (await getMigrations(auth.options)).runMigrations();
  server.on('request', toNodeHandler(auth));
  process.send?.(url);
});
