import { beforeAll, describe, expect, inject, test } from 'vitest';
import { CLOSE, type CloseEventReason } from '../../../src/protocol/close-codes.ts';
import { socketOutcome } from '../../helpers/requests/open-socket.ts';
import { ask, PASSWORD, signIn } from '../../helpers/requests/users.ts';
import { openMemberSocket } from '../../helpers/sharing/member-socket.ts';
import { Visit } from '../../helpers/sharing/visit.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type VisitedStore,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

let visitors: Visitors;
beforeAll(async () => {
  visitors = await newVisitors();
});

/** The sockets of an editor by every path and of both sessions, and those of everybody else. */
async function openSockets({ store }: VisitedStore) {
  const { owner, editor, viewer } = visitors;
  const { namespace } = owner;
  const elsewhere = (await newVisitedStore(visitors)).store;
  const path = `${namespace}/stores/${store}/ws`;
  const bridge = `parties/user/${store}?protocol=partykit`;
  const theirs = await Promise.all([
    openMemberSocket(editor, path),
    openMemberSocket(editor, `${path}?resume=1`),
    openMemberSocket(editor, `parties/user/${store}`),
    openMemberSocket(editor, bridge),
    openMemberSocket(await signIn(editor), path),
  ]);
  const others = await Promise.all([
    openMemberSocket(owner, path),
    openMemberSocket(viewer, bridge),
    openMemberSocket(editor, `${namespace}/ws`),
    openMemberSocket(editor, `${namespace}/stores/${elsewhere}/ws`),
  ]);
  return { theirs, others };
}

const pathOf = ({ store }: VisitedStore, { account } = visitors.editor) =>
  `stores/${store}/members/${account}`;

test.each([
  ['removed', () => visitors.owner],
  ['leaving', () => visitors.editor],
])('all sockets of a %s member are closed, and nobody else', async (_, who) => {
  const visited = await newVisitedStore(visitors);
  const { theirs, others } = await openSockets(visited);
  await succeed(who(), 'DELETE', pathOf(visited));
  const closed = await Promise.all(theirs.map(({ closeFrame }) => closeFrame));
  expect(closed).toEqual(theirs.map(() => CLOSE.notAMember));
  // The room has handled more since.
  await succeed(visitors.owner, 'PUT', `stores/${visited.store}/store/values/name`, 'After');
  expect(others.map((socket) => socket.isOpen())).toEqual(others.map(() => true));
});

test('the sockets of a removed member are closed within a second', async ({ annotate }) => {
  const visited = await newVisitedStore(visitors);
  const socket = await openMemberSocket(
    visitors.editor,
    `${visitors.editor.namespace}/stores/${visited.store}/ws`,
  );
  const begun = performance.now();
  const removed = succeed(visitors.owner, 'DELETE', pathOf(visited));
  await socket.closeFrame;
  const elapsed = performance.now() - begun;
  await annotate(`close frame after the request: ${elapsed.toFixed(1)} ms`);
  expect(elapsed).toBeLessThan(1_000);
  await removed;
});

test('a store that is deleted closes the sockets of all members, and of no other store', async () => {
  const visited = await newVisitedStore(visitors);
  const { theirs, others } = await openSockets(visited);
  await succeed(visitors.owner, 'DELETE', `stores/${visited.store}`);
  const inStore = [...theirs, ...others.slice(0, 2)];
  const closed = await Promise.all(inStore.map(({ closeFrame }) => closeFrame));
  expect(closed).toEqual(inStore.map((): CloseEventReason => CLOSE.storeDeleted));
  expect(others.slice(2).map((socket) => socket.isOpen())).toEqual([true, true]);
});

describe('after the removal of a member', () => {
  let visited: VisitedStore;
  let ticket: string;
  beforeAll(async () => {
    visited = await newVisitedStore(visitors);
    const path = `stores/${visited.store}/ws-ticket`;
    ticket = (await succeed(visitors.editor, 'POST', path)).ticket as string;
    await succeed(visitors.owner, 'DELETE', pathOf(visited));
  });

  test.each([
    ['GET', '/{namespace}/stores/{store}'],
    ['GET', '/{namespace}/stores/{store}/members'],
    ['GET', '/{namespace}/stores/{store}/store'],
    ['PUT', '/{namespace}/stores/{store}/store', { values: { name: 'Eve' } }],
    [
      'POST',
      '/{namespace}/stores/{store}/manual-sync',
      {
        mergeableContent: [
          [{}, '', 0],
          [{}, '', 0],
        ],
      },
    ],
    ['GET', '/{namespace}/stores/{store}/snapshot'],
    ['GET', '/parties/user/{room}/store'],
    ['PUT', '/parties/user/{room}/store', [{}, { name: 'Eve' }]],
  ])('%s %s finds no store', async (method, path, body?: unknown) => {
    const { status, text } = await new Visit(visitors, visited).send('editor', method, path, body);
    expect({ status, body: JSON.parse(text) }).toEqual({
      status: 404,
      body: { error: 'not_found', message: 'there is no such store' },
    });
  });

  test('a ticket from before opens no socket', async () => {
    const path = `${visitors.editor.namespace}/stores/${visited.store}/ws`;
    const url = `${inject('url').replace('http', 'ws')}/${path}?ticket=${ticket}`;
    expect(await socketOutcome(url)).toBe(CLOSE.notAMember.code);
  });

  test('the store names the member no more, and the member names no store', async () => {
    const { members } = await succeed(visitors.owner, 'GET', `stores/${visited.store}/members`);
    const emails = (members as { email: string }[]).map(({ email }) => email);
    expect(emails).toEqual([visitors.owner.email, visitors.viewer.email]);
    for (const list of ['stores', 'export']) {
      const { body } = await ask(visitors.editor, 'GET', list);
      expect(JSON.stringify(body.stores)).not.toContain(visited.store);
    }
  });
});

test('a demoted editor cannot write any more by HTTP, and reads on', async () => {
  const visited = await newVisitedStore(visitors);
  const { theirs } = await openSockets(visited);
  await succeed(visitors.owner, 'PATCH', pathOf(visited), { role: 'viewer' });
  const content = `stores/${visited.store}/store/values/name`;
  expect(await ask(visitors.editor, 'PUT', content, 'Eve')).toMatchObject({ status: 403 });
  expect(await ask(visitors.editor, 'GET', content)).toMatchObject({ status: 200 });
  expect(theirs.every((socket) => socket.isOpen())).toBe(true);
});

describe('the deletion of an account', () => {
  const remove = (user: Visitors['owner']) =>
    succeed(user, 'POST', 'delete-account', { password: PASSWORD });

  test('deletes the stores of which it was the only owner', async () => {
    const leaving = await newVisitors();
    const { store } = await newVisitedStore(leaving);
    const { owner, editor } = leaving;
    const socket = await openMemberSocket(editor, `${editor.namespace}/stores/${store}/ws`);
    await remove(owner);
    expect(await socket.closeFrame).toEqual(CLOSE.storeDeleted);
    expect(await ask(editor, 'GET', `stores/${store}/store`)).toMatchObject({ status: 404 });
    await expect.poll(() => ask(editor, 'GET', 'stores')).toMatchObject({ body: { stores: [] } });
  });

  test('leaves the stores that have another owner, and closes only its own sockets', async () => {
    const leaving = await newVisitors();
    const { store } = await newVisitedStore(leaving);
    const { owner, editor, viewer } = leaving;
    const path = `${owner.namespace}/stores/${store}/ws`;
    await succeed(owner, 'PATCH', `stores/${store}/members/${editor.account}`, { role: 'owner' });
    const [ended, kept] = [
      await openMemberSocket(owner, path),
      await openMemberSocket(viewer, path),
    ];
    await remove(owner);
    const { code } = await ended.closeFrame;
    expect([CLOSE.notAMember.code, CLOSE.sessionEnded.code]).toContain(code);
    const members = async () => {
      const listed = (await succeed(editor, 'GET', `stores/${store}/members`)).members;
      return (listed as { email: string }[]).map(({ email }) => email);
    };
    await expect.poll(members).toEqual([viewer.email, editor.email]);
    expect(kept.isOpen()).toBe(true);
    expect(await succeed(viewer, 'GET', `stores/${store}/store/values/name`)).toBe('Secret');
  });
});
