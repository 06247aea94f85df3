import { describe, expect, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import {
  ask,
  newUser,
  PASSWORD,
  post,
  session,
  signIn,
  type User,
} from '../../helpers/requests/users.ts';

const NEW = 'another long passphrase';

const signInStatus = async ({ url, namespace, email }: User, password: string) =>
  (await post(`${url}/${namespace}/sign-in`, { email, password })).status;

describe('changing the password', () => {
  test('ends all other sessions and their sockets, unless the request declines that', async () => {
    const user = await newUser();
    const other = await signIn(user);
    const device = await connectDevice(other);
    const change = { current_password: PASSWORD, new_password: NEW };
    expect(await ask(user, 'POST', 'change-password', change)).toMatchObject({ status: 200 });
    expect(await device.closed).toEqual(CLOSE.sessionEnded);
    expect(await ask(other, 'GET', 'session')).toMatchObject({ status: 401 });
    expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 200 });
    expect(await signInStatus(user, PASSWORD)).toBe(401);
    expect(await signInStatus(user, NEW)).toBe(200);
  });

  test('names the invalid field', async () => {
    const user = await newUser();
    const change = { current_password: PASSWORD, new_password: 'password1' };
    expect(await ask(user, 'POST', 'change-password', change)).toMatchObject({
      status: 400,
      body: { error: 'invalid_field', field: 'new_password' },
    });
    const wrong = { current_password: 'not the password', new_password: NEW };
    expect(await ask(user, 'POST', 'change-password', wrong)).toMatchObject({
      status: 401,
      body: { error: 'invalid_credentials' },
    });
    expect(await ask(user, 'POST', 'change-password', { new_password: NEW })).toMatchObject({
      status: 400,
      body: { field: 'current_password' },
    });
  });
});

describe('deleting an account', () => {
  test('deletes its sessions, sockets and data', async () => {
    const user = await newUser();
    const device = await connectDevice(user);
    device.store.setValue('secret', 'plan');
    const wrong = { password: 'not the password' };
    expect(await ask(user, 'POST', 'delete-account', wrong)).toMatchObject({ status: 401 });
    const deleted = await ask(user, 'POST', 'delete-account', { password: PASSWORD });
    expect(deleted).toMatchObject({ status: 200, body: { success: true } });
    expect(await device.closed).toEqual(CLOSE.accountDeleted);
    expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 401 });
    expect(await signInStatus(user, PASSWORD)).toBe(401);
  });

  test('frees the address for a new account with an empty store', async () => {
    const user = await newUser();
    const device = await connectDevice(user);
    device.store.setValue('secret', 'plan');
    await ask(user, 'POST', 'delete-account', { password: PASSWORD });
    const again = await newUser({ email: user.email });
    const { body } = await ask(again, 'GET', 'export');
    expect(body.store).toEqual({ tables: {}, values: {} });
  });
});

describe('an export', () => {
  test('contains the account, its sessions and the content of its store', async () => {
    const user = await newUser();
    const { store } = await connectDevice(user);
    store.setTables({ tasks: { one: { title: 'Learn', done: true }, two: { title: 'Forget' } } });
    store.setValue('theme', 'dark');
    store.delRow('tasks', 'two');
    const exported = async () => (await ask(user, 'GET', 'export')).body.store;
    await expect.poll(exported).toEqual({
      tables: { tasks: { one: { title: 'Learn', done: true } } },
      values: expect.objectContaining({ theme: 'dark' }),
    });
    const response = await fetch(`${user.url}/${user.namespace}/export`, {
      headers: { 'X-Session-UUID': user.session_uuid },
    });
    expect(response.headers.get('content-disposition')).toContain('attachment');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      account: {
        namespace: user.namespace,
        email: user.email,
        verified_at: null,
        durable_object_name: (await session(user)).user.durable_object_name,
      },
      sessions: [{ current: true }],
    });
  });

  test('is available to its owner only', async () => {
    const user = await newUser();
    const nobody = { ...user, session_uuid: crypto.randomUUID() };
    expect(await ask(nobody, 'GET', 'export')).toMatchObject({ status: 401 });
    expect(await ask({ ...user, namespace: 'other' }, 'GET', 'export')).toMatchObject({
      status: 401,
    });
  });
});
