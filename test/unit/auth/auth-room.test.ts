import { describe, expect, it } from 'vitest';
import { argon2 } from '../../../dev/argon2-wasm.ts';
import { AuthRoom } from '../../../src/auth/auth-room.ts';
import { readConfig } from '../../../src/config/config.ts';
import { MemoryStorage } from '../../helpers/in-memory/storage/memory-storage.ts';

/** For each kind of room: a name, one of its operations, and a valid input. */
const KINDS = [
  ['0f9', 'redeem-ticket', { ticket: 'none' }],
  ['hash-7', 'verify', { password: 'correct horse battery' }],
  ['net-0f9', 'admit', { network: 'a' }],
  ['mail-0f9', 'admit-mail', { address: 'a', network: 'a', known: false }],
  ['log-key', 'log-key', {}],
  ['operator', 'list-keys', {}],
  ['directory-notes', 'list-accounts', { limit: 1 }],
] as const;

describe('a room of the auth party', () => {
  it.each(KINDS)('of the name %s serves %s, and nothing of another kind', async (name) => {
    const room = await open(name);
    for (const [kind, operation, input] of KINDS) {
      const answer = await ask(room, operation, input);
      const isServed = answer?.error !== 'not_found';
      expect(isServed, operation).toBe(kind === name);
    }
  });

  it('with an unknown name serves nothing', async () => {
    for (const name of [
      '',
      '0f',
      '0F9',
      'hash-',
      'hash-a',
      'xlog-key',
      'operators',
      'directory-',
      'constructor',
    ]) {
      const room = await open(name);
      for (const [, operation, input] of KINDS) {
        expect(await ask(room, operation, input), name).toMatchObject({ error: 'not_found' });
      }
    }
  });

  it('that an alarm woke without a name runs the outbox jobs of its accounts', async () => {
    const storage = new MemoryStorage();
    const job = { kind: 'mail', account: 'deleted', purpose: 'reset-password', shard: '0f9' };
    await storage.put('outbox:1', { job, attempts: 0, due: 0 });
    const room = await open(undefined, storage);
    await room.alarm();
    expect(storage.dump()).toBe('[]');
  });
});

async function open(name: string | undefined, storage = new MemoryStorage()): Promise<AuthRoom> {
  const room = new AuthRoom({
    name: () => name,
    argon2,
    storage,
    config: readConfig({}),
    log: () => undefined,
    connections: () => [],
    rooms: () => undefined,
  });
  await room.start();
  return room;
}

async function ask(room: AuthRoom, operation: string, input: object) {
  const init = { method: 'POST', body: JSON.stringify(input) };
  const response = await room.request(new Request(`http://room/${operation}`, init));
  return (await response.json()) as { error?: string };
}
