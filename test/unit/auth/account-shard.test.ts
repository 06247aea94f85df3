import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { accountShard } from '../../../src/account-shard.ts';

describe('the auth room of an account', () => {
  it('is the first 12 bits of the SHA-256 of namespace and address', async () => {
    const sha256 = createHash('sha256').update('notes\nann@example.com').digest('hex');
    expect(await accountShard('notes', 'ann@example.com')).toBe(sha256.slice(0, 3));
  });

  it('does not depend on how the address is typed', async () => {
    const typed = ['ann@example.com', ' Ann@Example.COM ', 'ANN@EXAMPLE.COM\t'];
    const shards = await Promise.all(typed.map((email) => accountShard('notes', email)));
    expect(new Set(shards).size).toBe(1);
  });

  it('is always three digits, and accounts are spread over many rooms', async () => {
    const emails = Array.from({ length: 200 }, (_, index) => `user${index}@example.com`);
    const shards = await Promise.all(emails.map((email) => accountShard('notes', email)));
    expect(shards.every((shard) => /^[0-9a-f]{3}$/.test(shard))).toBe(true);
    expect(new Set(shards).size).toBeGreaterThan(180);
  });
});
