import { describe, expect, it, onTestFinished } from 'vitest';
import type { MembershipNews } from '../../../../src/operations/auth-room-operations.ts';
import { isStoreId } from '../../../../src/protocol/membership.ts';
import { ANN, AuthWorld } from '../../../helpers/in-memory/auth-world.ts';
import { startMailbox } from '../../../helpers/servers/mailbox.ts';

const { password } = ANN;

describe('creating a store', () => {
  it('makes the account its owner, in the list and in the room of the store', async () => {
    const { world, token } = await signedIn();
    const { id, shard } = await world.home();
    const created = await create(world, token);
    expect(created).toMatchObject({ name: 'Holiday', role: 'owner' });
    expect(isStoreId(created.store)).toBe(true);
    expect(await listed(world, token)).toEqual([created]);
    expect(world.stores.stores.get(created.store)).toMatchObject({ name: 'Holiday' });
    const owner = { account: id, email: ANN.email, namespace: 'notes', shard };
    expect(world.stores.proven).toEqual([owner]);
    expect(world.storesChanged).toEqual([id]);
  });

  it('is finished by the alarm if the room of the store does not answer at first', async () => {
    const { world, token } = await signedIn();
    world.stores.fail = true;
    const { store } = await create(world, token);
    expect(world.stores.stores.has(store)).toBe(false);
    world.stores.fail = false;
    world.evict();
    await world.alarm((await world.home()).storage.alarm!);
    await expect.poll(() => world.stores.stores.has(store)).toBe(true);
  });

  it('is refused beyond MAX_STORES, until the account has left one', async () => {
    const { world, token } = await signedIn({ MAX_STORES: 1 });
    const first = await create(world, token);
    const second = await world.askAs('create-store', token, { name: 'Work' });
    expect(second).toMatchObject({ error: 'limit_reached', field: 'stores' });
    await tell(world, { ...first, role: null, version: 2 });
    expect(await world.askAs('create-store', token, { name: 'Work' })).toMatchObject({ ok: true });
  });

  it('requires a verified address where addresses have to be verified', async () => {
    const vars = { MAIL: 'console', EMAIL_VERIFICATION: 'required' };
    const world = new AuthWorld(vars);
    await world.ask('sign-up');
    const token = await world.signIn();
    const refused = await world.askAs('create-store', token, { name: 'Holiday' });
    expect(refused).toMatchObject({ error: 'email_unverified' });
  });

  it('counts against the requests of the session', async () => {
    const { world, token } = await signedIn({ AUTH_REQUESTS_PER_MINUTE: 2 });
    await create(world, token);
    await create(world, token);
    const third = await world.askAs('create-store', token, { name: 'Work' });
    expect(third).toMatchObject({ error: 'too_many_requests' });
  });
});

describe('news of a membership', () => {
  it('changes the list, and is passed on to the private room', async () => {
    const { world, token } = await signedIn();
    const created = await create(world, token);
    await tell(world, { ...created, name: 'Summer', role: 'viewer', version: 2 });
    expect(await listed(world, token)).toEqual([{ ...created, name: 'Summer', role: 'viewer' }]);
    await expect.poll(() => world.storesChanged).toHaveLength(2);
  });

  it('is ignored if it is older than what is known, or known', async () => {
    const { world, token } = await signedIn();
    const created = await create(world, token);
    await tell(world, { ...created, role: null, version: 3 });
    await tell(world, { ...created, role: 'owner', version: 2 });
    await tell(world, { ...created, role: 'owner', version: 3 });
    expect(await listed(world, token)).toEqual([]);
    await expect.poll(() => world.storesChanged).toHaveLength(2);
  });

  it('makes an account that is gone leave the store', async () => {
    const { world, token } = await signedIn();
    const created = await create(world, token);
    const { id, shard, storage } = await world.home();
    await world.askAs('delete-account', token, { password });
    // It joined, and was deleted before its list had the store.
    const roles = new Map([[id, 'owner' as const]]);
    const invitations = new Map();
    const store = { namespace: 'notes', name: 'Holiday', roles, invitations, version: 5 };
    world.stores.stores.set(created.store, store);
    const news = { account: id, ...created, version: 5 };
    expect(await world.askShard('set-membership', shard, news)).toMatchObject({ ok: true });
    await expect.poll(() => roles.size).toBe(0);
    expect(storage.dump()).not.toContain(id);
  });
});

describe('the end of an account', () => {
  it('leaves its stores, more of them than storage takes keys at once', async () => {
    const { world, token } = await signedIn({ AUTH_REQUESTS_PER_MINUTE: 0 });
    for (let count = 0; count < 130; count++) await create(world, token);
    expect(world.stores.stores.size).toBe(130);
    const { id, storage } = await world.home();
    expect(await world.askAs('delete-account', token, { password })).toMatchObject({ ok: true });
    expect(world.stores.stores.size).toBe(0);
    expect(storage.dump()).not.toContain(id);
  });
});

describe('a reset that empties the store of an account', () => {
  it('leaves its shared stores too, because a stranger may have joined them', async () => {
    const mailbox = await startMailbox();
    onTestFinished(() => mailbox.close());
    const { world, token } = await signedIn(mailbox.vars);
    await create(world, token);
    await world.ask('request-reset');
    const mail = await mailbox.nextMailTo(ANN.email);
    const reset = { namespace: 'notes', token: mail.token, client: ANN.client, empty_store: true };
    const new_password = 'a wholly new password';
    await world.askAt('reset-password', mail.token, { ...reset, new_password });
    expect(world.stores.stores.size).toBe(0);
    expect(await listed(world, await world.signIn({ password: new_password }))).toEqual([]);
  });
});

describe('the end of a session', () => {
  it('is told to the rooms of the stores of its account too', async () => {
    const { world, token } = await signedIn();
    const { store } = await create(world, token);
    const { id } = await world.home();
    await world.askAs('sign-out', token);
    expect(world.ended.map(({ room }) => room).sort()).toEqual([id, store].sort());
  });
});

describe('the export of an account', () => {
  it('has its stores', async () => {
    const { world, token } = await signedIn();
    const created = await create(world, token);
    const exported = await world.askAs('export-account', token);
    expect(exported).toMatchObject({ value: { stores: [created] } });
  });
});

async function signedIn(variables: Record<string, unknown> = {}) {
  const world = new AuthWorld(variables);
  return { world, token: await world.signUp() };
}

async function create(world: AuthWorld, token: string) {
  const created = await world.askAs('create-store', token, { name: 'Holiday' });
  if (!created.ok) throw new Error(created.message);
  return created.value;
}

async function listed(world: AuthWorld, token: string) {
  const list = await world.askAs('list-stores', token);
  if (!list.ok) throw new Error(list.message);
  return list.value.stores;
}

async function tell(world: AuthWorld, news: Omit<MembershipNews, 'account'>) {
  const { id, shard } = await world.home();
  return world.askShard('set-membership', shard, { account: id, ...news });
}
