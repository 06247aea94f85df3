import { beforeAll, describe, expect, inject, test } from 'vitest';
import { createStoreId } from '../../../src/auth/stores/create-store-id.ts';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { socketOutcome } from '../../helpers/requests/open-socket.ts';
import { ask, bearer, type User } from '../../helpers/requests/users.ts';
import { ACCESS_ROWS } from '../../helpers/sharing/access-table.ts';
import { Visit } from '../../helpers/sharing/visit.ts';
import {
  newVisitedStore,
  newVisitors,
  succeed,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

const wsUrl = inject('url').replace('http', 'ws');

let visitors: Visitors;
let owner: User & { account: string };
beforeAll(async () => {
  visitors = await newVisitors();
  owner = visitors.owner;
});

const newStore = async () => (await newVisitedStore(visitors)).store;
const newEmptyStore = async () =>
  (await succeed(owner, 'POST', 'stores', { name: 'Empty' })).store as string;

const NOT_FOUND = { status: 404, body: { error: 'not_found', message: expect.any(String) } };
const NO_SUCH_STORE = { status: 404, body: { message: 'there is no such store' } };

const refusedField = (field: string) => ({ status: 400, body: { error: 'invalid_field', field } });

describe('the name of a store', () => {
  test.each([
    ['is missing', undefined],
    ['is null', null],
    ['is a number', 5],
    ['is a list', ['Holiday']],
    ['is empty', ''],
    ['is only spaces', '   '],
    ['has 101 characters', 'x'.repeat(101)],
    ['has a line break', 'Holiday\nBcc: eve@example.com'],
    ['has a line separator', 'Holiday\u2028Bcc: eve@example.com'],
    ['has a zero', 'Holi\u0000day'],
    ['has a control character', 'Holi\u0085day'],
    ['has half a surrogate pair', 'Holiday \ud83c'],
  ])('is refused if it %s', async (_, name) => {
    expect(await ask(owner, 'POST', 'stores', { name })).toMatchObject(refusedField('name'));
    const store = await newEmptyStore();
    const renamed = await ask(owner, 'PATCH', `stores/${store}`, { name });
    expect(renamed).toMatchObject(refusedField('name'));
    expect(await succeed(owner, 'GET', `stores/${store}`)).toMatchObject({ name: 'Empty' });
  });

  test('is trimmed, and may have any letters', async () => {
    const name = `Urlaub in Köln 🏖️ ${'漢'.repeat(60)}`;
    const created = await succeed(owner, 'POST', 'stores', { name: `  ${name} ` });
    expect(created).toMatchObject({ name });
  });
});

describe('the id of a store', () => {
  const v4 = crypto.randomUUID();
  const v8 = createStoreId();
  const ids: Array<[title: string, id: () => string]> = [
    ['a word', () => 'holiday'],
    ['in capitals', () => v8.toUpperCase()],
    ['without hyphens', () => v8.replaceAll('-', '')],
    ['with a line break', () => `${v8}%0A`],
    ['with a path', () => `${v8}%2Fmembers`],
    ['with a zero', () => `${v8}%00`],
    ['of 10,000 characters', () => 'x'.repeat(10_000)],
    ['of no room', () => v4],
    ["of the account's private room", () => owner.account],
    ["of another account's private room", () => visitors.editor.account],
    ['of no store', () => v8],
  ];

  test.each(ids)('%s is that of no store', async (_, idOf) => {
    const id = idOf();
    const routes: Array<[method: string, path: string, body?: unknown]> = [
      ['GET', ''],
      ['PATCH', '', { name: 'Work' }],
      ['DELETE', ''],
      ['GET', '/members'],
      ['DELETE', `/members/${owner.account}`],
      ['GET', '/invitations'],
      ['POST', '/invitations', { role: 'editor' }],
      ['GET', '/store'],
      ['PUT', '/store', { values: { name: 'Eve' } }],
      ['GET', '/snapshot'],
      [
        'POST',
        '/manual-sync',
        {
          mergeableContent: [
            [{}, '', 0],
            [{}, '', 0],
          ],
        },
      ],
    ];
    for (const [method, path, body] of routes) {
      const answer = await ask(owner, method, `stores/${id}${path}`, body);
      expect(answer, `${method} ${path}`).toMatchObject(NO_SUCH_STORE);
    }
    const url = `${wsUrl}/${owner.namespace}/stores/${id}/ws?sessionUuid=${owner.session_uuid}`;
    expect([404, CLOSE.storeUnknown.code]).toContain(await socketOutcome(url));
  });

  test('names no namespace', async () => {
    const store = await newEmptyStore();
    const elsewhere = { ...owner, namespace: store };
    for (const route of ['session', 'stores', 'store', 'snapshot', `stores/${store}`, 'export']) {
      const answer = await ask(elsewhere, 'GET', route);
      expect(answer, route).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    }
    const url = `${wsUrl}/${store}/ws?sessionUuid=${owner.session_uuid}`;
    expect(await socketOutcome(url)).toBe(401);
  });
});

test('nobody else learns from an answer whether a store exists, or has existed', async () => {
  const visited = await newVisitedStore(visitors);
  const deleted = await newStore();
  await succeed(owner, 'DELETE', `stores/${deleted}`);
  const rows = ACCESS_ROWS.filter(
    ({ path, answers }) => /store\}|room/.test(path) && answers.stranger === '404',
  );
  expect(rows.length).toBeGreaterThan(15);
  const body = {
    role: 'editor',
    name: 'Work',
    mergeableContent: [
      [{}, '', 0],
      [{}, '', 0],
    ],
  };
  for (const { method, path } of rows) {
    const route = path.replace('/*', '');
    const answers = [];
    for (const store of [visited.store, deleted, createStoreId()]) {
      const visit = new Visit(visitors, { ...visited, store });
      answers.push(
        await visit.send('stranger', method, route, /P/.test(method) ? body : undefined),
      );
    }
    expect(answers[1], `${method} ${path}`).toEqual(answers[0]);
    expect(answers[2], `${method} ${path}`).toEqual(answers[0]);
  }
});

describe('the role of a member', () => {
  test.each([[undefined], [null], ['admin'], ['OWNER'], ['__proto__'], [''], [0], [['owner']]])(
    'cannot be %j',
    async (role) => {
      const store = await newEmptyStore();
      const member = `stores/${store}/members/${owner.account}`;
      expect(await ask(owner, 'PATCH', member, { role })).toMatchObject(refusedField('role'));
      const invited = await ask(owner, 'POST', `stores/${store}/invitations`, { role });
      expect(invited).toMatchObject(refusedField('role'));
    },
  );

  test('cannot be that of a member of another store', async () => {
    const [store, other] = [await newEmptyStore(), await newStore()];
    const members = [
      visitors.viewer.account,
      crypto.randomUUID(),
      other,
      'constructor',
      '%00',
      'x'.repeat(9_000),
    ];
    for (const member of members) {
      const path = `stores/${store}/members/${member}`;
      expect(await ask(owner, 'PATCH', path, { role: 'owner' })).toMatchObject(NOT_FOUND);
      expect(await ask(owner, 'DELETE', path)).toMatchObject(NOT_FOUND);
    }
    const { members: left } = await succeed(owner, 'GET', `stores/${other}/members`);
    expect(left).toHaveLength(3);
  });

  test('is not decided by further fields of a body', async () => {
    const store = await newStore();
    const { viewer, editor } = visitors;
    const forged = { member: owner, account: viewer.account, store, namespace: owner.namespace };
    const path = `stores/${store}/members/${editor.account}`;
    const body = { role: 'viewer', ...forged };
    expect(await ask(viewer, 'PATCH', path, body)).toMatchObject({ status: 403 });
    expect(await succeed(owner, 'PATCH', path, body)).toMatchObject({ id: editor.account });
    const renamed = await succeed(owner, 'PATCH', `stores/${store}`, {
      name: 'Work',
      role: 'viewer',
      ...forged,
    });
    expect(renamed).toMatchObject({ store, name: 'Work', role: 'owner' });
    const headers = { ...bearer(viewer.session_uuid), 'Content-Type': 'application/json' };
    for (const name of ['x-tinyhost-writer', 'x-tinyhost-device']) {
      const proof = JSON.stringify({
        ...forged,
        member: { account: owner.account, namespace: owner.namespace },
      });
      const response = await fetch(
        `${owner.url}/${owner.namespace}/stores/${store}/store/values/name`,
        {
          method: 'PUT',
          headers: { ...headers, [name]: proof },
          body: '"Eve"',
        },
      );
      expect(response.status).toBe(403);
    }
  });

  test('of the last owner stays, and the last owner too', async () => {
    const store = await newStore();
    const self = `stores/${store}/members/${owner.account}`;
    for (const role of ['editor', 'viewer']) {
      const refused = await ask(owner, 'PATCH', self, { role });
      expect(refused).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    }
    expect(await ask(owner, 'DELETE', self)).toMatchObject({ status: 403 });
    const { editor } = visitors;
    await succeed(owner, 'PATCH', `stores/${store}/members/${editor.account}`, { role: 'owner' });
    await succeed(owner, 'DELETE', self);
    expect(await ask(owner, 'GET', `stores/${store}`)).toMatchObject(NO_SUCH_STORE);
    expect(await succeed(editor, 'GET', `stores/${store}`)).toMatchObject({ role: 'owner' });
  });
});
