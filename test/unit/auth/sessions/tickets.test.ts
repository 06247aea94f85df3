import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashToken } from '../../../../src/auth/sessions/sessions.ts';
import { shardOf } from '../../../../src/located-token.ts';
import { AuthWorld } from '../../../helpers/in-memory/auth-world.ts';

describe('a ticket', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('authenticates its session once', async () => {
    const { world, token, ticket } = await ticketed();
    const redeemed = await world.askAt('redeem-ticket', ticket, { ticket, namespace: 'notes' });
    expect(redeemed).toEqual(await world.askAs('session', token));
    const again = await world.askAt('redeem-ticket', ticket, { ticket, namespace: 'notes' });
    expect(again).toMatchObject({ error: 'unauthorized' });
  });

  it('is redeemed by exactly one of many concurrent requests', async () => {
    const { world, ticket } = await ticketed();
    const tries = Array.from({ length: 20 }, () =>
      world.askAt('redeem-ticket', ticket, { ticket }),
    );
    const redeemed = (await Promise.all(tries)).filter(({ ok }) => ok);
    expect(redeemed).toHaveLength(1);
  });

  it('is valid for 30 seconds', async () => {
    const { world, ticket, expires_at } = await ticketed();
    expect(expires_at).toBe('2026-01-01T00:00:30.000Z');
    vi.setSystemTime(new Date(expires_at));
    const late = await world.askAt('redeem-ticket', ticket, { ticket });
    expect(late).toMatchObject({ error: 'unauthorized' });
  });

  it('contains the heartbeat interval of the room', async () => {
    expect(await ticketed()).toMatchObject({ heartbeat_seconds: 10 });
  });

  it('is void in another namespace and after its session', async () => {
    const { world, token, ticket } = await ticketed();
    const elsewhere = await world.askAt('redeem-ticket', ticket, { ticket, namespace: 'tasks' });
    expect(elsewhere).toMatchObject({ error: 'unauthorized' });
    const second = await createTicket(world, token);
    await world.askAs('sign-out', token);
    const after = await world.askAt('redeem-ticket', second.ticket, { ticket: second.ticket });
    expect(after).toMatchObject({ error: 'unauthorized' });
  });

  it('is not a session token, and a session token is not a ticket', async () => {
    const { world, token, ticket } = await ticketed();
    expect(await world.askAs('session', ticket)).toMatchObject({ error: 'unauthorized' });
    const swapped = await world.askAt('redeem-ticket', token, { ticket: token });
    expect(swapped).toMatchObject({ error: 'unauthorized' });
  });

  it('is stored as a hash, and an unused one is removed when a later one is created', async () => {
    const { world, token, ticket } = await ticketed();
    const storage = world.storage(shardOf(token)!);
    expect(storage.dump()).not.toContain(ticket);
    expect(storage.dump()).toContain(hashToken(ticket));
    vi.setSystemTime(new Date('2026-01-01T00:01:00Z'));
    await createTicket(world, token);
    expect(storage.dump()).not.toContain(hashToken(ticket));
  });
});

async function ticketed() {
  const world = new AuthWorld();
  await world.ask('sign-up');
  const token = await world.signIn();
  return { world, token, ...(await createTicket(world, token)) };
}

async function createTicket(world: AuthWorld, token: string) {
  const created = await world.askAs('create-ticket', token);
  if (!created.ok) throw new Error(created.message);
  return created.value;
}
