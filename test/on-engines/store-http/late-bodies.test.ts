import { createHash } from 'node:crypto';
import { createMergeableStore } from 'tinybase';
import { expect, test } from 'vitest';
import { SlowBody } from '../../helpers/requests/slow-body.ts';
import { ask, bearer, newUser, session, signIn, type User } from '../../helpers/requests/users.ts';

const content = createMergeableStore().setValue('v', 1).getMergeableContent();

type Way = [name: string, method: string, path: (user: User) => Promise<string>, body: unknown];

/** All ways to write over HTTP. */
const WAYS: Way[] = [
  ['a manual sync', 'POST', async () => '/todo/manual-sync', { mergeableContent: content }],
  ['a PUT', 'PUT', async () => '/todo/store', { tables: {}, values: { v: 1 } }],
  ['a PATCH', 'PATCH', async () => '/todo/store', { values: { v: 1 } }],
  [
    'the first content of a persister',
    'PUT',
    async (user) => `/parties/user/${(await session(user)).user.durable_object_name}/store`,
    [{}, { v: 1 }],
  ],
];

async function begin(user: User, [, method, path, body]: Way) {
  const url = `${user.url}${await path(user)}`;
  const request = new SlowBody(url, method, bearer(user.session_uuid));
  const json = JSON.stringify(body);
  await request.send(json.slice(0, 5));
  // No client can observe that the body is in transit to the room.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return () => request.finish(json.slice(5));
}

const values = async (user: User) => (await ask(user, 'GET', 'store/values')).body;
const revoke = (user: User, by: User) => {
  const id = createHash('sha256').update(user.session_uuid).digest('hex');
  return ask(by, 'DELETE', `sessions/${id}`);
};

test.each(WAYS)('%s that ends after its session was revoked writes nothing', async (...way) => {
  const user = await newUser();
  const other = await signIn(user);
  const finish = await begin(user, way);
  expect((await revoke(user, other)).status).toBe(200);
  expect(await finish()).toMatchObject({ status: 401, error: 'unauthorized' });
  expect(await values(other)).not.toHaveProperty('v');
});

test.each(WAYS)('%s with a slow body is accepted while its session lasts', async (...way) => {
  const user = await newUser();
  const finish = await begin(user, way);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await finish()).toMatchObject({ error: undefined });
  expect(await values(user)).toMatchObject({ v: 1 });
});
