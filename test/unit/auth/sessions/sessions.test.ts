import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashToken } from '../../../../src/auth/sessions/sessions.ts';
import { shardOf } from '../../../../src/located-token.ts';
import { AuthWorld } from '../../../helpers/in-memory/auth-world.ts';

const DAY = 86_400_000;

describe('a session', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells its user and the location of the data', async () => {
    const { world, token } = await signedIn();
    expect(await world.askAs('session', token)).toEqual({
      ok: true,
      value: {
        session_hash: hashToken(token),
        created_at: '2026-01-01T00:00:00.000Z',
        expires_at: '2027-01-01T00:00:00.000Z',
        data: null,
        namespace: 'notes',
        user: {
          email: 'Ann@Example.com',
          created_at: '2026-01-01T00:00:00.000Z',
          verified_at: null,
          durable_object_name: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        may_sync: true,
      },
    });
  });

  it('is unknown in another namespace', async () => {
    const { world, token } = await signedIn();
    expect(await world.askAs('session', token, { namespace: 'notes' })).toMatchObject({ ok: true });
    const elsewhere = await world.askAs('session', token, { namespace: 'tasks' });
    expect(elsewhere).toMatchObject({ ok: false, error: 'unauthorized' });
    expect(await world.askAs('sign-out', token, { namespace: 'tasks' })).toEqual(elsewhere);
    expect(await world.askAs('session', token)).toMatchObject({ ok: true });
  });

  it('ends after SESSION_DAYS', async () => {
    const { world, token } = await signedIn({ SESSION_DAYS: '2' });
    vi.setSystemTime(Date.now() + 2 * DAY);
    expect(await world.askAs('session', token)).toMatchObject({ ok: false });
    expect(world.storage(shardOf(token)!).dump()).not.toContain(hashToken(token));
  });

  it('ends SESSION_MAX_DAYS after it began, however often it is renewed', async () => {
    const { world, token } = await signedIn({ SESSION_DAYS: '2', SESSION_MAX_DAYS: '5' });
    for (let day = 1; day < 5; day += 1) {
      vi.setSystemTime(Date.UTC(2026, 0, 1 + day));
      const session = await world.askAs('session', token);
      const last = day < 4 ? expect.any(String) : '2026-01-06T00:00:00.000Z';
      expect(session).toMatchObject({ ok: true, value: { expires_at: last } });
    }
    vi.setSystemTime(Date.UTC(2026, 0, 6));
    expect(await world.askAs('session', token)).toMatchObject({ error: 'unauthorized' });
  });

  it('is renewed in the second half of its life, and writes nothing on its first day', async () => {
    const { world, token } = await signedIn({ SESSION_DAYS: '10' });
    const storage = world.storage(shardOf(token)!);
    const { writes } = storage;
    vi.setSystemTime(Date.now() + DAY - 1);
    await world.askAs('session', token);
    expect(storage.writes).toBe(writes);
    vi.setSystemTime(Date.UTC(2026, 0, 7));
    const renewed = { value: { expires_at: '2026-01-17T00:00:00.000Z' } };
    expect(await world.askAs('session', token)).toMatchObject(renewed);
    vi.setSystemTime(Date.now() + 9 * DAY);
    expect(await world.askAs('session', token)).toMatchObject({ ok: true });
  });

  it('notifies the user room and its sockets of a new end, and a new socket too', async () => {
    const { world, token } = await signedIn({ SESSION_DAYS: '1' });
    const { id } = await world.home();
    vi.setSystemTime(Date.UTC(2026, 0, 1, 11));
    await world.askAs('session', token);
    expect(world.renewed).toEqual([]);
    vi.setSystemTime(Date.UTC(2026, 0, 1, 13));
    const ticket = await world.askAs('create-ticket', token);
    await vi.waitFor(() => expect(world.renewed).toHaveLength(1));
    const expires_at = '2026-01-02T13:00:00.000Z';
    expect(world.renewed).toEqual([{ room: id, session_hash: hashToken(token), expires_at }]);
    const redeemed = await world.askAt('redeem-ticket', token, ticket.ok ? ticket.value : {});
    expect(redeemed).toMatchObject({ value: { expires_at } });
    expect(world.renewed).toHaveLength(1);
  });

  it('notifies the user room of its renewal later if that room is down', async () => {
    const { world, token } = await signedIn({ SESSION_DAYS: '1' });
    world.userRoomsFail = true;
    vi.setSystemTime(Date.UTC(2026, 0, 1, 13));
    expect(await world.askAs('session', token)).toMatchObject({ ok: true });
    world.userRoomsFail = false;
    world.evict();
    await world.alarm(Date.now() + 60_000);
    await vi.waitFor(() => expect(world.renewed).toHaveLength(1));
  });

  it('does not expire if SESSION_DAYS and SESSION_MAX_DAYS are 0', async () => {
    const { world, token } = await signedIn({ SESSION_DAYS: '0', SESSION_MAX_DAYS: '0' });
    vi.setSystemTime(Date.now() + 3_650 * DAY);
    expect(await world.askAs('session', token)).toMatchObject({ ok: true });
  });

  it('is void after signing out, and its sockets are closed', async () => {
    const { world, token } = await signedIn();
    const other = await world.signIn();
    expect(await world.askAs('sign-out', token)).toMatchObject({ ok: true });
    expect(await world.askAs('session', token)).toMatchObject({ error: 'unauthorized' });
    expect(await world.askAs('sign-out', token)).toMatchObject({ error: 'unauthorized' });
    expect(await world.askAs('session', other)).toMatchObject({ ok: true });
    expect(world.ended).toEqual([
      { room: expect.any(String), session_hashes: [hashToken(token)], close: 'sessionEnded' },
    ]);
  });
});

async function signedIn(variables: Record<string, unknown> = {}) {
  const world = new AuthWorld(variables);
  await world.ask('sign-up');
  return { world, token: await world.signIn() };
}
