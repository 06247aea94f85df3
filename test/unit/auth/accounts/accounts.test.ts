import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SignedIn } from '../../../../src/protocol/http-api/response-types.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('signing up', () => {
  it('creates an account that its password opens, however the address is typed', async () => {
    const world = new AuthWorld();
    expect(await world.ask('sign-up')).toMatchObject({ ok: true });
    const signedIn = await world.ask('sign-in', { email: ' ann@example.COM' });
    expect(signedIn).toMatchObject({ ok: true, value: { user: { email: 'Ann@Example.com' } } });
  });

  it('starts a session like that of a sign-in', async () => {
    const world = new AuthWorld();
    const client = { ...ANN.client, user_agent: FIREFOX };
    const result = await world.ask('sign-up', { client });
    const { session_uuid, user } = (result as { value: SignedIn }).value;
    expect(result).toMatchObject({ ok: true, value: { message: expect.any(String) } });
    expect(user).toMatchObject({ email: ANN.email, login_time: expect.stringContaining('T') });
    expect(await world.askAs('list-sessions', session_uuid)).toMatchObject({
      value: { sessions: [{ current: true, user_agent: 'Firefox on Linux' }] },
    });
  });

  it('starts no session if the address has to be verified', async () => {
    const world = new AuthWorld({ MAIL: 'console', EMAIL_VERIFICATION: 'required' });
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    onTestFinished(() => void vi.restoreAllMocks());
    const value = { message: 'Account created successfully' };
    expect(await world.ask('sign-up')).toEqual({ ok: true, value });
    const { storage } = await world.home();
    expect([...(await storage.list({ prefix: 'session' })).keys()]).toEqual([]);
  });

  it('refuses an address that has an account, in any case', async () => {
    const world = new AuthWorld();
    await world.ask('sign-up');
    const again = await world.ask('sign-up', { email: 'ANN@example.com', password: 'another one' });
    expect(again).toMatchObject({ ok: false, error: 'email_taken', field: 'email' });
    expect(await world.ask('sign-in')).toMatchObject({ ok: true });
  });

  it('lets exactly one of two simultaneous sign-ups with an address succeed', async () => {
    const world = new AuthWorld();
    const passwords = ['the first password', 'the second password'];
    const results = await Promise.all(
      passwords.map((password) => world.ask('sign-up', { password })),
    );
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
    const winner = passwords[results.findIndex(({ ok }) => ok)]!;
    expect(await world.ask('sign-in', { password: winner })).toMatchObject({ ok: true });
  });

  it('keeps the accounts of two namespaces apart', async () => {
    const world = new AuthWorld();
    await world.ask('sign-up');
    expect(await world.ask('sign-in', { namespace: 'tasks' })).toMatchObject({ ok: false });
    expect(await world.ask('sign-up', { namespace: 'tasks' })).toMatchObject({ ok: true });
  });

  it('stores neither the password nor the session token', async () => {
    const world = new AuthWorld();
    await world.ask('sign-up');
    const token = await world.signIn();
    const stored = [...world.storages.values()].map((storage) => storage.dump()).join();
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(stored).not.toContain(ANN.password);
    expect(stored).not.toContain(token);
  });
});

describe('signing up with a weak password', () => {
  it.each([
    ['too short', 'seven77'],
    ['common', 'Password123'],
    ['the address', 'ann@example.com'],
  ])('is refused: %s', async (_, password) => {
    const world = new AuthWorld();
    const result = await world.ask('sign-up', { password });
    expect(result).toMatchObject({ ok: false, error: 'invalid_field', field: 'password' });
  });
});

describe('signing up if it is disabled', () => {
  it('is refused', async () => {
    const world = new AuthWorld({ SIGN_UP: 'off' });
    expect(await world.ask('sign-up')).toMatchObject({ ok: false, error: 'sign_up_closed' });
  });
});

describe('signing in', () => {
  it('is refused after SIGN_IN_FAILURES wrong passwords, with or without an account', async () => {
    const world = new AuthWorld({ SIGN_IN_FAILURES: 2 });
    await world.ask('sign-up');
    for (const email of ['ann@example.com', 'nobody@example.com']) {
      const wrong = { email, password: 'not the password' };
      const results = [];
      for (let count = 0; count < 3; count += 1) results.push(await world.ask('sign-in', wrong));
      expect(results).toMatchObject([
        { error: 'invalid_credentials' },
        { error: 'invalid_credentials' },
        { error: 'too_many_requests', retryAfter: expect.any(Number) },
      ]);
    }
    expect(await world.ask('sign-in')).toMatchObject({ error: 'too_many_requests' });
    expect(await world.ask('sign-in', { namespace: 'tasks' })).toMatchObject({
      error: 'invalid_credentials',
    });
  });

  it('gives the same response to a wrong password and an unknown address', async () => {
    const world = new AuthWorld();
    await world.ask('sign-up');
    const wrong = await world.ask('sign-in', { password: 'not the password' });
    const unknown = await world.ask('sign-in', { email: 'nobody@example.com' });
    expect(wrong).toMatchObject({ ok: false, error: 'invalid_credentials' });
    expect(unknown).toEqual(wrong);
  });

  it('accepts a password in any Unicode normal form', async () => {
    const world = new AuthWorld();
    await world.ask('sign-up', { password: 'ca\u0301fe\u0301 au lait' });
    const composed = await world.ask('sign-in', { password: 'c\u00e1f\u00e9 au lait' });
    expect(composed).toMatchObject({ ok: true });
  });
});
