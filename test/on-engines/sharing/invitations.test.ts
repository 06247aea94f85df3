import { beforeAll, describe, expect, test } from 'vitest';
import { createStoreId } from '../../../src/auth/stores/create-store-id.ts';
import { ask, newUser, type User } from '../../helpers/requests/users.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

let visitors: Visitors;
let owner: User & { account: string };
let store: string;
beforeAll(async () => {
  visitors = await newVisitors();
  owner = visitors.owner;
  store = (await newVisitedStore(visitors)).store;
});

const INVALID = {
  status: 400,
  body: {
    error: 'invalid_token',
    field: 'token',
    message: 'this token is not, or no longer, good',
  },
};

async function invite(request: object = {}, to = store): Promise<{ id: string; token: string }> {
  const body = { role: 'editor', ...request };
  const { id, token } = await succeed(owner, 'POST', `stores/${to}/invitations`, body);
  return { id: id as string, token: token as string };
}

const accept = (user: User, token: unknown) => ask(user, 'POST', 'accept-invitation', { token });

async function usesLeft(id: string): Promise<number | undefined> {
  const { invitations } = await succeed(owner, 'GET', `stores/${store}/invitations`);
  const open = invitations as { id: string; uses_left: number }[];
  return open.find((invitation) => invitation.id === id)?.uses_left;
}

describe('an invitation cannot be accepted', () => {
  test('after its last use', async () => {
    const { id, token } = await invite({ uses: 2 });
    for (const left of [1, undefined]) {
      expect(await accept(await newUser(), token)).toMatchObject({ status: 200 });
      expect(await usesLeft(id)).toBe(left);
    }
    expect(await accept(await newUser(), token)).toEqual(INVALID);
  });

  test('after it was revoked, which works once', async () => {
    const { id, token } = await invite({ uses: 2 });
    const member = await newUser();
    await accept(member, token);
    const path = `stores/${store}/invitations/${id}`;
    await succeed(owner, 'DELETE', path);
    expect(await ask(owner, 'DELETE', path)).toMatchObject({ status: 404 });
    expect(await accept(await newUser(), token)).toEqual(INVALID);
    expect(await succeed(member, 'GET', `stores/${store}`)).toMatchObject({ role: 'editor' });
  });

  test('after its store was deleted, not even by those who were members', async () => {
    const visited = await newVisitedStore(visitors);
    await succeed(owner, 'DELETE', `stores/${visited.store}`);
    for (const visitor of ['owner', 'editor', 'removed', 'stranger'] as const) {
      expect(await accept(visitors[visitor], visited.token), visitor).toEqual(INVALID);
    }
    expect(await succeed(visitors.editor, 'GET', 'stores')).not.toMatchObject({
      stores: expect.arrayContaining([expect.objectContaining({ store: visited.store })]),
    });
  });

  test('after the owner who invited has left', async () => {
    const { token } = await invite({ role: 'owner' });
    const other = await newUser();
    await accept(other, token);
    const body = { role: 'editor' };
    const theirs = await succeed(other, 'POST', `stores/${store}/invitations`, body);
    const { members } = await succeed(owner, 'GET', `stores/${store}/members`);
    const { id } = (members as { id: string; email: string }[]).find(
      ({ email }) => email === other.email,
    )!;
    await succeed(other, 'DELETE', `stores/${store}/members/${id}`);
    expect(await accept(await newUser(), theirs.token)).toEqual(INVALID);
  });

  test('by an account of another namespace', async () => {
    const { id, token } = await invite();
    expect(await accept(visitors.foreign, token)).toEqual(INVALID);
    expect(await usesLeft(id)).toBe(1);
  });

  test('by whoever an owner has removed, until there is a new one', async () => {
    const { token } = await invite({ uses: 100 });
    const { removed } = visitors;
    await accept(removed, token);
    await succeed(owner, 'DELETE', `stores/${store}/members/${removed.account}`);
    expect(await accept(removed, token)).toEqual(INVALID);
    const again = await invite();
    expect(await accept(removed, again.token)).toMatchObject({ status: 200 });
  });

  test.each([
    ['empty', () => ''],
    ['a word', () => 'token'],
    ['the id of the store', () => store],
    ['the id of the invitation', () => crypto.randomUUID()],
    ['in capitals', (token: string) => token.toUpperCase()],
    ['with a further digit', (token: string) => `${token.slice(1)}00`.slice(0, 64)],
    ['of another store', (token: string) => createStoreId().replaceAll('-', '') + token.slice(32)],
    ['of a private room', (token: string) => owner.account.replaceAll('-', '') + token.slice(32)],
    ['changed by one digit', (token: string) => token.slice(0, -1) + (token.endsWith('0') ? 1 : 0)],
  ])('with a token that is %s', async (_, change) => {
    const { token } = await invite();
    expect(await accept(visitors.stranger, change(token))).toEqual(INVALID);
  });

  test.each([[undefined], [null], [5], [['token']], ['0'.repeat(65)]])(
    'with the token %j',
    async (token) => {
      const refused = { status: 400, body: { error: 'invalid_field', field: 'token' } };
      expect(await accept(visitors.stranger, token)).toMatchObject(refused);
    },
  );
});

test('accepting twice succeeds twice and takes one use, also at once', async () => {
  const { id, token } = await invite({ uses: 3 });
  const user = await newUser();
  const membership = { store, role: 'editor', name: 'Holiday' };
  const both = await Promise.all([accept(user, token), accept(user, token)]);
  for (const answer of [...both, await accept(user, token)]) {
    expect(answer).toMatchObject({ status: 200, body: membership });
  }
  expect(await usesLeft(id)).toBe(2);
});

test('of two who accept the last use at once, exactly one joins', async () => {
  for (let round = 0; round < 5; round++) {
    const { token } = await invite();
    const users = await Promise.all([newUser(), newUser()]);
    const answers = await Promise.all(users.map((user) => accept(user, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(answers).toContainEqual(INVALID);
    const joined = users[answers.findIndex(({ status }) => status === 200)]!;
    expect(await succeed(joined, 'GET', `stores/${store}`)).toMatchObject({ role: 'editor' });
  }
});

test('an invitation raises the role of a member, and never lowers it', async () => {
  const user = await newUser();
  for (const [invited, role] of [
    ['viewer', 'viewer'],
    ['editor', 'editor'],
    ['viewer', 'editor'],
  ]) {
    const { token } = await invite({ role: invited });
    expect(await accept(user, token)).toMatchObject({ status: 200, body: { role } });
    expect(await succeed(user, 'GET', `stores/${store}`)).toMatchObject({ role });
  }
});

test('an editor who was demoted is not raised by the invitation from before', async () => {
  const { token } = await invite({ uses: 5 });
  const { stranger } = visitors;
  await accept(stranger, token);
  await succeed(owner, 'PATCH', `stores/${store}/members/${stranger.account}`, { role: 'viewer' });
  expect(await accept(stranger, token)).toMatchObject({ status: 200, body: { role: 'viewer' } });
  expect(await succeed(stranger, 'GET', `stores/${store}`)).toMatchObject({ role: 'viewer' });
});

test.each([
  ['expires_in', 59],
  ['expires_in', 7_776_001],
  ['expires_in', 60.5],
  ['expires_in', '3600'],
  ['expires_in', -1],
  ['uses', 0],
  ['uses', 101],
  ['uses', 1.5],
  ['uses', '2'],
  ['email', 'ada'],
])('an invitation with the %s %j is refused', async (field, value) => {
  const body = { role: 'editor', [field]: value };
  const refused = await ask(owner, 'POST', `stores/${store}/invitations`, body);
  expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_field', field } });
});

test('an invitation of another store, or its token, cannot be revoked', async () => {
  const other = (await newVisitedStore(visitors)).store;
  const { id, token } = await invite({}, other);
  for (const unknown of [id, token, crypto.randomUUID(), 'constructor']) {
    const refused = await ask(owner, 'DELETE', `stores/${store}/invitations/${unknown}`);
    expect(refused).toMatchObject({ status: 404, body: { error: 'not_found' } });
  }
  expect(await accept(visitors.stranger, token)).toMatchObject({ status: 200 });
});
