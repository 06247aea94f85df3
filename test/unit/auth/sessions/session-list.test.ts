import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashToken } from '../../../../src/auth/sessions/sessions.ts';
import { shardOf } from '../../../../src/located-token.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe('the list of sessions', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('shows for each when it began, was used and ends, and the client program', async () => {
    const { world, first, second } = await twoSessions();
    vi.setSystemTime(new Date('2026-01-03T12:00:00Z'));
    expect(await world.askAs('list-sessions', second)).toEqual({
      ok: true,
      value: {
        sessions: [
          {
            id: hashToken(second),
            created_at: '2026-01-02T00:00:00.000Z',
            last_used_on: '2026-01-03',
            expires_at: '2027-01-02T00:00:00.000Z',
            user_agent: 'Firefox on Linux',
            current: true,
          },
          {
            id: hashToken(first),
            created_at: '2026-01-01T00:00:00.000Z',
            last_used_on: '2026-01-01',
            expires_at: '2027-01-01T00:00:00.000Z',
            user_agent: 'Unknown program',
            current: false,
          },
        ],
      },
    });
  });

  it('can end one of them and its sockets', async () => {
    const { world, first, second } = await twoSessions();
    const revoked = await world.askAs('revoke-session', second, { id: hashToken(first) });
    expect(revoked).toMatchObject({ ok: true });
    expect(await world.askAs('session', first)).toMatchObject({ error: 'unauthorized' });
    expect(await world.askAs('session', second)).toMatchObject({ ok: true });
    expect(world.ended).toMatchObject([{ session_hashes: [hashToken(first)] }]);
  });

  it("cannot end another user's session", async () => {
    const { world, first } = await twoSessions();
    const shard = shardOf(first)!;
    const other = await otherAccountIn(world, shard);
    const result = await world.askAs('revoke-session', other, { id: hashToken(first) });
    expect(result).toMatchObject({ error: 'not_found' });
    expect(await world.askAs('session', first)).toMatchObject({ ok: true });
  });

  it('can end all but the requesting one', async () => {
    const { world, first, second } = await twoSessions();
    const third = await world.signIn();
    expect(await world.askAs('revoke-other-sessions', third)).toMatchObject({ ok: true });
    expect(await world.askAs('session', first)).toMatchObject({ ok: false });
    expect(await world.askAs('session', second)).toMatchObject({ ok: false });
    expect(await world.askAs('session', third)).toMatchObject({ ok: true });
    const ended = world.ended.flatMap(({ session_hashes }) => session_hashes);
    expect(ended.sort()).toEqual([hashToken(first), hashToken(second)].sort());
  });

  it('drops the oldest one of an account with more than a hundred', async () => {
    const { world, first, second } = await twoSessions();
    const storage = world.storage(shardOf(first)!);
    const index = await storage.list<string>({ prefix: 'session-of:' });
    const [key] = index.keys();
    const account = key!.split(':')[1]!;
    for (let count = 0; count < 98; count += 1) {
      const attributes = { created_at: new Date(), used_on: '', user_agent: '' };
      const expiresAt = new Date('2027-01-01T00:00:00Z');
      const session = { id: `filler${count}`, userId: account, expiresAt, attributes };
      await storage.put<unknown>({
        [`session:${session.id}`]: session,
        [`session-of:${account}:${session.id}`]: session.id,
      });
    }
    await world.signIn();
    expect(await world.askAs('session', first)).toMatchObject({ ok: false });
    expect(await world.askAs('session', second)).toMatchObject({ ok: true });
    expect(world.ended).toMatchObject([{ session_hashes: [hashToken(first)] }]);
  });
});

describe('ending other sessions with REVOKE_NEEDS_PROOF_MINUTES', () => {
  const VARS = { REVOKE_NEEDS_PROOF_MINUTES: '10', SIGN_IN_FAILURES: '2' };
  const WRONG = 'not the password';

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is allowed for that many minutes after signing in, and then with the password', async () => {
    const { world, first, second } = await twoSessions(VARS);
    const id = hashToken(first);
    vi.setSystemTime(new Date('2026-01-02T00:10:00Z'));
    const refused = { ok: false, error: 'proof_needed' };
    expect(await world.askAs('revoke-session', second, { id })).toMatchObject(refused);
    expect(await world.askAs('revoke-other-sessions', second)).toMatchObject(refused);
    const wrong = await world.askAs('revoke-session', second, { id, password: WRONG });
    expect(wrong).toMatchObject({ ok: false, error: 'invalid_credentials' });
    expect(world.ended).toEqual([]);
    const { password } = ANN;
    const right = await world.askAs('revoke-session', second, { id, password });
    expect(right).toMatchObject({ ok: true });
    const third = await world.signIn();
    expect(await world.askAs('revoke-other-sessions', third)).toMatchObject({ ok: true });
    expect(await world.askAs('session', second)).toMatchObject({ ok: false });
  });

  it('accepts no more wrong passwords than any other request of a session', async () => {
    const { world, first, second } = await twoSessions(VARS);
    vi.setSystemTime(new Date('2026-01-03T00:00:00Z'));
    const ask = (password: string) =>
      world.askAs('revoke-session', second, { id: hashToken(first), password });
    for (let guess = 0; guess < 2; guess += 1) {
      expect(await ask(WRONG)).toMatchObject({ error: 'invalid_credentials' });
    }
    expect(await ask(ANN.password)).toMatchObject({ error: 'too_many_requests' });
    expect(await world.askAs('session', first)).toMatchObject({ ok: true });
  });

  it('is not needed for a session to end itself', async () => {
    const { world, first } = await twoSessions(VARS);
    vi.setSystemTime(new Date('2026-01-03T00:00:00Z'));
    const own = await world.askAs('revoke-session', first, { id: hashToken(first) });
    expect(own).toMatchObject({ ok: true });
  });
});

async function twoSessions(variables: Record<string, string> = {}) {
  const world = new AuthWorld(variables);
  const first = await world.signUp();
  vi.setSystemTime(new Date('2026-01-02T00:00:00Z'));
  const second = await world.signIn({ client: { address: '', user_agent: FIREFOX } });
  return { world, first, second };
}

/** Creates a session of another account in the same room. */
async function otherAccountIn(world: AuthWorld, shard: string): Promise<string> {
  const email = 'bob@example.com';
  const credentials = { ...ANN, email, shard };
  await world.askAt('sign-up', `${shard}00000-0000-8000-8000-000000000000`, credentials);
  const result = await world.askAt(
    'sign-in',
    `${shard}00000-0000-8000-8000-000000000000`,
    credentials,
  );
  if (!result.ok) throw new Error(result.message);
  return result.value.session_uuid;
}
