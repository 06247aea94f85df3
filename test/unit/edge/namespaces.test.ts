import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';

const ANN = { email: 'ann@example.com', password: 'correct horse battery' };

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

const signUp = (world: EdgeWorld, namespace: string) =>
  world.send('POST', `/${namespace}/sign-up`, { body: ANN });

describe('a sign-up', () => {
  it.each([
    [undefined, 'todo', 403],
    ['todo', 'todo', 200],
    ['todo', 'notes', 403],
    ['todo', 'todo2', 403],
    ['notes, todo', 'todo', 200],
    ['*', 'whatever', 200],
    ['todo,*', 'whatever', 200],
  ])('with NAMESPACES %j in %s gets %i', async (NAMESPACES, namespace, status) => {
    const world = new EdgeWorld({ NAMESPACES });
    const answer = await signUp(world, namespace);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.error).toBe('namespace_unknown');
  });

  it('in a namespace that is not listed calls no room, at both of its URLs', async () => {
    const world = new EdgeWorld({ NAMESPACES: 'todo' });
    for (const path of ['/notes/sign-up', '/parties/auth/notes/sign-up']) {
      expect((await world.send('POST', path, { body: ANN })).status).toBe(403);
    }
    expect(world.called).toEqual([]);
  });
});

describe('a namespace that is not listed', () => {
  const unlisted = () => new EdgeWorld({ NAMESPACES: 'todo' });

  it.each([
    ['POST', 'sign-in', ANN],
    ['POST', 'request-reset', { email: ANN.email }],
    ['POST', 'reset-password', { token: '0'.repeat(35), new_password: ANN.password }],
    ['GET', 'session', undefined],
  ])('answers %s %s as a listed one does without the account', async (method, route, body) => {
    const world = unlisted();
    const [one, other] = [
      await world.send(method, `/notes/${route}`, { body }),
      await world.send(method, `/todo/${route}`, { body }),
    ];
    expect([one.status, one.body]).toEqual([other.status, other.body]);
  });

  it('keeps the accounts that were created while it was listed', async () => {
    const before = new EdgeWorld({ NAMESPACES: 'todo,notes' });
    await signUp(before, 'notes');
    const after = unlisted();
    for (const [name, storage] of before.auth.storages) after.auth.storages.set(name, storage);
    const answer = await after.send('POST', '/notes/sign-in', { body: ANN });
    expect(answer.status).toBe(200);
    expect((await signUp(after, 'notes')).body.error).toBe('namespace_unknown');
  });
});
