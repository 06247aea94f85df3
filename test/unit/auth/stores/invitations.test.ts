import { describe, expect, it, onTestFinished } from 'vitest';
import { storeOfToken } from '../../../../src/auth/stores/invitation-token.ts';
import type { InvitationRequest } from '../../../../src/operations/auth-room-operations.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { startMailbox } from '../../../helpers/servers/mailbox.ts';

const BOB = { email: 'bob@example.com' };

describe('an invitation', () => {
  it('makes whoever has its token a member, and stores no token', async () => {
    const { world, token, bob, store } = await sharing();
    const issued = await invite(world, token, { store });
    expect(storeOfToken(issued.token)).toBe(store);
    const accepted = await world.askAs('accept-invitation', bob, { token: issued.token });
    expect(accepted).toMatchObject({ value: { store, name: 'Holiday', role: 'editor' } });
    const list = await world.askAs('list-stores', bob);
    expect(list).toMatchObject({ value: { stores: [{ store, role: 'editor' }] } });
    for (const storage of world.storages.values()) {
      expect(storage.dump()).not.toContain(issued.token);
    }
  });

  it.each([
    ['is used up', (token: string) => token],
    ['is of an unknown store', (token: string) => token.replace(/^.{8}/, '00000000')],
    ['is not known to the store', (token: string) => token.replace(/.{8}$/, '00000000')],
    ['is no token', () => 'token'],
    ['names no store', (token: string) => token.replace(/^(.{12})8/, '$14')],
  ])('that %s is refused with one and the same message', async (_, change) => {
    const { world, token, bob, store } = await sharing();
    const issued = await invite(world, token, { store });
    await world.askAs('accept-invitation', token, { token: issued.token });
    const refused = await world.askAs('accept-invitation', bob, { token: change(issued.token) });
    expect(refused).toEqual({
      ok: false,
      error: 'invalid_token',
      field: 'token',
      message: 'this token is not, or no longer, good',
    });
  });

  it('is refused to who is no owner, by the store', async () => {
    const { world, bob, store } = await sharing();
    const request = { store, role: 'editor', expires_in: 60, uses: 1 } as const;
    expect(await world.askAs('invite', bob, request)).toMatchObject({ error: 'not_found' });
    const account = await world.askAs('invite', bob, { ...request, store: crypto.randomUUID() });
    expect(account).toMatchObject({ error: 'not_found', message: 'there is no such store' });
  });

  it('cannot be accepted beyond MAX_STORES, not even several at once', async () => {
    const { world, token, bob, store } = await sharing({ MAX_STORES: 2 });
    const other = await world.askAs('create-store', token, { name: 'Work' });
    const stores = [store, other.ok ? other.value.store : ''];
    await world.askAs('create-store', bob, { name: 'Own' });
    const issued = await Promise.all(stores.map((store) => invite(world, token, { store })));
    const accepted = await Promise.all(
      issued.map(({ token }) => world.askAs('accept-invitation', bob, { token })),
    );
    expect(accepted.filter(({ ok }) => ok)).toHaveLength(1);
    expect(accepted).toContainEqual(expect.objectContaining({ error: 'limit_reached' }));
  });

  it('leaves no member if its account is deleted meanwhile', async () => {
    const { world, token, bob, store } = await sharing();
    const issued = await invite(world, token, { store });
    const { password } = ANN;
    world.stores.duringNextAcceptance = () => world.askAs('delete-account', bob, { password });
    const accepted = await world.askAs('accept-invitation', bob, { token: issued.token });
    expect(accepted).toMatchObject({ error: 'unauthorized' });
    expect(world.stores.stores.get(store)!.roles.size).toBe(1);
  });
});

describe('the mail of an invitation', () => {
  it('has the token, the address of who invites and the name of the store', async () => {
    const mailbox = await startMailbox();
    onTestFinished(() => mailbox.close());
    const { world, token, store } = await sharing(mailbox.vars);
    const issued = await invite(world, token, { store, email: 'Carl@Example.com' });
    expect(await mailbox.nextMailTo('Carl@Example.com')).toEqual({
      purpose: 'invitation',
      namespace: 'notes',
      to: 'Carl@Example.com',
      token: issued.token,
      expires_at: issued.expires_at,
      invited_by: ANN.email,
      store_name: 'Holiday',
      role: 'editor',
    });
  });

  it('is refused where no mail is sent', async () => {
    const { world, token, store } = await sharing();
    const request = { store, role: 'editor', expires_in: 60, uses: 1, email: BOB.email } as const;
    const refused = await world.askAs('invite', token, request);
    expect(refused).toMatchObject({ error: 'invalid_field', field: 'email' });
  });

  it('counts among the mails to its address', async () => {
    const mailbox = await startMailbox();
    onTestFinished(() => mailbox.close());
    const { world, token, store } = await sharing(mailbox.vars);
    for (let count = 0; count < 5; count++) await invite(world, token, { store, ...BOB });
    const request = { store, role: 'editor', expires_in: 60, uses: 1, ...BOB } as const;
    const sixth = await world.askAs('invite', token, request);
    expect(sixth).toMatchObject({ error: 'too_many_requests' });
  });
});

async function sharing(variables: Record<string, unknown> = {}) {
  const world = new AuthWorld(variables);
  const token = await world.signUp();
  await world.ask('sign-up', BOB);
  const bob = await world.signIn(BOB);
  const created = await world.askAs('create-store', token, { name: 'Holiday' });
  if (!created.ok) throw new Error(created.message);
  return { world, token, bob, store: created.value.store };
}

async function invite(
  world: AuthWorld,
  token: string,
  request: Pick<InvitationRequest, 'store'> & Partial<InvitationRequest>,
) {
  const details = { role: 'editor', expires_in: 3_600, uses: 1, ...request } as const;
  const issued = await world.askAs('invite', token, details);
  if (!issued.ok) throw new Error(issued.message);
  return issued.value;
}
