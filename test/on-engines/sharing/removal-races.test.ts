import { createMergeableStore } from 'tinybase';
import { beforeAll, describe, expect, test } from 'vitest';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { socketOutcome } from '../../helpers/requests/open-socket.ts';
import { SlowBody } from '../../helpers/requests/slow-body.ts';
import { bearer } from '../../helpers/requests/users.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

let visitors: Visitors;
beforeAll(async () => {
  visitors = await newVisitors();
});

const member = (store: string) => `stores/${store}/members/${visitors.editor.account}`;
const remove = (store: string) => succeed(visitors.owner, 'DELETE', member(store));
const demote = (store: string) =>
  succeed(visitors.owner, 'PATCH', member(store), { role: 'viewer' });

test('no socket survives a removal that races with its connecting', async () => {
  const { url, namespace, session_uuid } = visitors.editor;
  const { store } = await newVisitedStore(visitors);
  const at = `${url.replace('http', 'ws')}/${namespace}/stores/${store}/ws`;
  const tickets = await Promise.all(
    Array.from({ length: 6 }, () => succeed(visitors.editor, 'POST', `stores/${store}/ws-ticket`)),
  );
  const urls = tickets.map(({ ticket }) => `${at}?ticket=${ticket}`);
  for (let count = 0; count < 6; count++) urls.push(`${at}?sessionUuid=${session_uuid}`);
  const outcomes = urls.map(socketOutcome);
  await remove(store);
  expect(await Promise.all(outcomes)).toEqual(urls.map(() => CLOSE.notAMember.code));
});

const mergeableContent = createMergeableStore().setValue('v', 1).getMergeableContent();

type Way = [method: string, path: (store: string) => string, body: unknown, demoted: number];

/** All ways to write over HTTP, and the answer to a viewer. */
const WAYS: Way[] = [
  ['POST', (store) => `/todo/stores/${store}/manual-sync`, { mergeableContent }, 200],
  ['PUT', (store) => `/todo/stores/${store}/store`, { tables: {}, values: { v: 1 } }, 403],
  ['PATCH', (store) => `/todo/stores/${store}/store`, { values: { v: 1 } }, 403],
  ['PUT', (store) => `/parties/user/${store}/store`, [{}, { v: 1 }], 403],
];

describe.each(WAYS)('a slow %s', (method, path, body, demoted) => {
  test.each([
    ['removed', remove, 404],
    ['demoted', demote, demoted],
  ])('of an editor who is %s meanwhile writes nothing', async (_, change, status) => {
    const { url, session_uuid } = visitors.editor;
    const { store } = await newVisitedStore(visitors);
    const request = new SlowBody(url + path(store), method, bearer(session_uuid));
    const json = JSON.stringify(body);
    await request.send(json.slice(0, 5));
    // No client can observe that the body is in transit to the room.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await change(store);
    expect(await request.finish(json.slice(5))).toMatchObject({ status });
    const values = await succeed(visitors.owner, 'GET', `stores/${store}/store/values`);
    expect(values).toMatchObject({ name: 'Secret' });
    expect(values).not.toHaveProperty('v');
  });
});
