import { expect, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { askAdmin, pathOfAccount } from '../../helpers/requests/operator.ts';
import { ask, newUser, PASSWORD, post, type User } from '../../helpers/requests/users.ts';
import { openMemberSocket } from '../../helpers/sharing/member-socket.ts';

const signIn = async ({ url, namespace, email }: User) => {
  const response = await post(`${url}/${namespace}/sign-in`, { email, password: PASSWORD });
  const { error } = (await response.json()) as { error?: string };
  return [response.status, error];
};

test('a new account is listed by the prefix of its address, and described', async () => {
  const user = await newUser();
  const path = await pathOfAccount(user);
  const listed = await askAdmin('GET', `${user.namespace}/accounts?prefix=${user.email}`);
  expect(listed.body).toMatchObject({ accounts: [{ email: user.email }], cursor: null });
  const { body } = await askAdmin('GET', path);
  expect(body).toMatchObject({
    account: { email: user.email, is_disabled: false },
    sessions: [{ user_agent: 'Node' }],
    stores: [{ name: null, bytes: 25, cost: 0, devices: [], last_changed_at: null }],
  });
});

test('disabling an account closes its sockets in all stores, until it is enabled', async () => {
  const user = await newUser();
  const { body } = await ask(user, 'POST', 'stores', { name: 'Holiday' });
  const device = await connectDevice(user);
  const shared = await openMemberSocket(user, `${user.namespace}/stores/${body.store}/ws`);
  const path = await pathOfAccount(user);

  expect(await askAdmin('POST', `${path}/disable`)).toMatchObject({ status: 200 });
  expect(await device.closed).toEqual(CLOSE.accountDisabled);
  expect(await shared.closeFrame).toEqual(CLOSE.accountDisabled);
  expect(await ask(user, 'GET', 'session')).toMatchObject({ status: 401 });
  expect(await signIn(user)).toEqual([403, 'account_disabled']);

  expect(await askAdmin('POST', `${path}/enable`)).toMatchObject({ status: 200 });
  expect(await signIn(user)).toEqual([200, undefined]);
});

test('ending the sessions of an account closes its sockets', async () => {
  const user = await newUser();
  const device = await connectDevice(user);
  expect(await askAdmin('DELETE', `${await pathOfAccount(user)}/sessions`)).toMatchObject({
    status: 200,
  });
  expect(await device.closed).toEqual(CLOSE.sessionEnded);
  expect(await signIn(user)).toEqual([200, undefined]);
});

test('deleting an account closes its sockets, and takes it off the list', async () => {
  const user = await newUser();
  const device = await connectDevice(user);
  const path = await pathOfAccount(user);
  expect(await askAdmin('DELETE', path)).toMatchObject({ status: 200 });
  expect(await device.closed).toEqual(CLOSE.accountDeleted);
  expect(await signIn(user)).toEqual([401, 'invalid_credentials']);
  await eventually(async () => {
    const { body } = await askAdmin('GET', `${user.namespace}/accounts?address=${user.email}`);
    expect(body).toEqual({ accounts: [], cursor: null });
  });
  expect((await askAdmin('GET', path)).status).toBe(404);
});
