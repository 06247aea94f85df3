import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../src/auth/rate-limit/network.ts';
import { AuthWorld } from '../../helpers/in-memory/auth-world.ts';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['No address:', 'no address:'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('requests from one network', () => {
  it('are refused beyond AUTH_REQUESTS_PER_MINUTE, whatever the account', async () => {
    const world = new AuthWorld({ AUTH_REQUESTS_PER_MINUTE: 3, MIN_PASSWORD_LENGTH: 64 });
    const emails = ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com'];
    const errors = [];
    for (const email of emails) {
      const result = await world.ask('sign-up', { email });
      errors.push(result.ok ? undefined : result.error);
    }
    const tooShort = 'invalid_field';
    expect(errors).toEqual([tooShort, tooShort, tooShort, 'too_many_requests']);
    expect(await world.ask('sign-in')).toMatchObject({
      error: 'too_many_requests',
      retryAfter: 60,
    });
    const elsewhere = { client: { address: '192.0.2.2', user_agent: '' } };
    expect(await world.ask('sign-up', elsewhere)).toMatchObject({ error: tooShort });
  });

  it('are not limited if the limit is 0 or the engine provides no address', async () => {
    for (const [variables, address] of [
      [{ AUTH_REQUESTS_PER_MINUTE: 0 }, '192.0.2.1'],
      [{ AUTH_REQUESTS_PER_MINUTE: 1 }, ''],
    ] as const) {
      const world = new AuthWorld({ ...variables, MIN_PASSWORD_LENGTH: 64 });
      const details = { client: { address, user_agent: '' } };
      await world.ask('sign-up', details);
      expect(await world.ask('sign-up', details)).toMatchObject({ error: 'invalid_field' });
    }
  });
});
