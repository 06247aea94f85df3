import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createStore } from 'tinybase';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectDevice } from '../../helpers/devices/devices.ts';
import {
  connectPersister,
  openPersisterSocket,
  persisterUrl,
} from '../../helpers/devices/persisters.ts';
import { eventually } from '../../helpers/requests/eventually.ts';
import { newUser, type User } from '../../helpers/requests/users.ts';

/** Returns the content without the heartbeat. */
const content = (store: ReturnType<typeof createStore>) => {
  const { heartbeat: _, ...values } = store.getValues();
  return [store.getTables(), values];
};

async function both() {
  const user = await newUser();
  const persisted = await connectPersister(user);
  const synced = await connectDevice(user);
  return { user, persisted, synced };
}

it('shows changes of a persister client on a synchronizing one, and vice versa', async () => {
  const { persisted, synced } = await both();

  persisted.store.setCell('tasks', 'one', 'title', 'Buy milk');
  await eventually(() => expect(synced.store.getCell('tasks', 'one', 'title')).toBe('Buy milk'));
  synced.store.setCell('tasks', 'one', 'done', true);
  synced.store.setValue('name', 'Ada');

  const expected = [{ tasks: { one: { title: 'Buy milk', done: true } } }, { name: 'Ada' }];
  await eventually(() => expect(content(persisted.store)).toEqual(expected));
  expect(content(synced.store)).toEqual(expected);
});

it('supports every type of cell and value in both directions', async () => {
  const { persisted, synced } = await both();
  const things = {
    null: null,
    empty: '',
    object: { a: [1, { b: null }] },
    list: [1, 'two', null],
    number: -1.5e300,
    false: false,
  };

  persisted.store.setRow('persisted', 'r', things).setValue('persisted', things);
  synced.store.setRow('synced', 'r', things).setPartialValues(things);

  const tables = { persisted: { r: things }, synced: { r: things } };
  const expected = [tables, { ...things, persisted: things }];
  await eventually(() => expect(content(persisted.store)).toEqual(expected));
  await eventually(() => expect(content(synced.store)).toEqual(expected));
});

it('supports all kinds of ids in both directions', async () => {
  const { persisted, synced } = await both();
  for (const id of ['__proto__', 'constructor', 'a/b', 'a"b', '', '1', 'line\nbreak', '🙂']) {
    persisted.store.setCell(id, id, id, 1);
    await eventually(() => expect(synced.store.getCell(id, id, id)).toBe(1));
    synced.store.setValue(id, 2).setCell(id, id, id, 3);
    await eventually(() => expect(persisted.store.getValue(id)).toBe(2));
    await eventually(() => expect(persisted.store.getCell(id, id, id)).toBe(3));
  }
});

describe('deletions', () => {
  const [tables, values] = [
    { t: { r: { a: 1, b: 2 }, s: { a: 3 } }, u: { r: { a: 4 } } },
    { v: 5 },
  ];

  it.each(['persisted', 'synced'] as const)('by the %s client reach both', async (writer) => {
    const devices = await both();
    const { store } = devices[writer];
    const other = devices[writer === 'persisted' ? 'synced' : 'persisted'].store;
    store.setTables(tables).setPartialValues(values);
    await eventually(() => expect(content(other)).toEqual([tables, values]));

    store.delCell('t', 'r', 'a').delRow('t', 's').delTable('u').delValue('v');

    await eventually(() => expect(content(other)).toEqual([{ t: { r: { b: 2 } } }, {}]));
    expect(content(store)).toEqual(content(other));
  });

  it('are undone when the cell is written again', async () => {
    const { persisted, synced } = await both();
    persisted.store.setCell('t', 'r', 'c', 1);
    await eventually(() => expect(synced.store.getCell('t', 'r', 'c')).toBe(1));
    synced.store.delRow('t', 'r');
    await eventually(() => expect(persisted.store.hasTable('t')).toBe(false));
    persisted.store.setCell('t', 'r', 'c', 2);
    await eventually(() => expect(synced.store.getCell('t', 'r', 'c')).toBe(2));
  });
});

it('echoes no frame to its writer, and sends no frame of the other protocol to it', async () => {
  const { user, persisted, synced } = await both();
  const second = await connectPersister(user);
  const frames: string[] = [];
  synced.socket.on('message', (data) => frames.push(`${data}`));

  for (let count = 1; count <= 5; count++) persisted.store.setCell('t', 'r', 'count', count);
  await eventually(() => expect(synced.store.getCell('t', 'r', 'count')).toBe(5));
  await eventually(() => expect(second.store.getCell('t', 'r', 'count')).toBe(5));
  synced.store.setValue('last', true);
  await eventually(() => expect(persisted.store.getValue('last')).toBe(true));

  expect(persisted.frames).toEqual(['s[{},{"last":true},1]']);
  expect(second.frames.every((frame) => frame.startsWith('s['))).toBe(true);
  expect(frames.length).toBeGreaterThan(0);
  expect(frames.every((frame) => frame.startsWith('S\n'))).toBe(true);
});

it('sends content of synchronizing clients to a persister client that loads', async () => {
  const user = await newUser();
  const synced = await connectDevice(user);
  synced.store.setCell('tasks', 'one', 'tags', ['home']).setValue('name', null);
  await connectDevice(user);

  const { store } = await connectPersister(user);
  expect(content(store)).toEqual([{ tasks: { one: { tags: ['home'] } } }, { name: null }]);
});

it('accepts the first content of a persister client for an empty store only', async () => {
  const user = await newUser();
  await connectPersister(user, createStore().setValue('first', 1));
  const second = await connectPersister(user, createStore().setValue('second', 2));

  expect(content(second.store)).toEqual([{}, { first: 1 }]);
  expect(content((await connectDevice(user)).store)).toEqual([{}, { first: 1 }]);
});

it('accepts changes of a persister client whose first content was empty', async () => {
  const { user, persisted } = await both();
  persisted.store.setValue('a', 1);
  const { store } = await connectDevice(user);
  await eventually(() => expect(store.getValue('a')).toBe(1));
});

it('sends changes and deletions to a persister client that was away', async () => {
  const { persisted, synced } = await both();
  synced.store.setPartialValues({ kept: 1, deleted: 2 });
  await eventually(() => expect(content(persisted.store)).toEqual([{}, { kept: 1, deleted: 2 }]));

  persisted.socket.close();
  synced.store.setValue('kept', 3).delValue('deleted');
  persisted.socket.reconnect();
  persisted.store.setValue('offline', 4);

  const expected = [{}, { kept: 3, offline: 4 }];
  await eventually(() => expect(content(persisted.store)).toEqual(expected));
  await eventually(() => expect(content(synced.store)).toEqual(expected));
});

it('makes both kinds of clients agree after concurrent writes to one cell', async () => {
  const { persisted, synced } = await both();
  for (let round = 0; round < 20; round++) {
    persisted.store.setCell('t', 'r', 'c', `persisted ${round}`);
    synced.store.setCell('t', 'r', 'c', `synced ${round}`);
  }
  persisted.store.setValue('persisted', 'done');
  synced.store.setValue('synced', 'done');
  const done = { persisted: 'done', synced: 'done' };
  for (const { store } of [persisted, synced]) {
    await eventually(() => expect(content(store)[1]).toEqual(done));
  }
  await eventually(() =>
    expect(persisted.store.getCell('t', 'r', 'c')).toBe(synced.store.getCell('t', 'r', 'c')),
  );
});

it("ignores a persister client's heartbeat and accepts its other changes", async () => {
  const { persisted, synced } = await both();
  persisted.store.setPartialValues({ heartbeat: 'mine', other: 1 });
  await eventually(() => expect(synced.store.getValue('other')).toBe(1));
  expect(synced.store.getValue('heartbeat')).not.toBe('mine');
  await eventually(() =>
    expect(Date.parse(String(persisted.store.getValue('heartbeat')))).not.toBeNaN(),
  );
});

/** Sends a frame through a new socket, and returns the close code. */
async function closeCode(user: User, frame: string): Promise<number> {
  const socket = await openPersisterSocket(user);
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code), { once: true });
  });
  socket.send(frame);
  const code = await closed;
  socket.close();
  return code;
}

it('closes the socket of a malformed frame with 1007', async () => {
  const user = await newUser();
  for (const frame of [
    'hello',
    '',
    's[{},{}',
    's[{},{}]',
    's[{"t":{"r":1}},{},1]',
    's[{},{"v":"\uFFFDnone"},1]',
    's[{},{"v":1e999},1]',
    `s${'['.repeat(100_000)}`,
    '\n[null,1,""]',
  ]) {
    expect([frame, await closeCode(user, frame)]).toEqual([frame, 1007]);
  }
  expect(content((await connectDevice(user)).store)).toEqual([{}, {}]);
});

it('refuses malformed first content', async () => {
  const user = await newUser();
  const url = await persisterUrl(user);
  for (const body of ['', 'x', '{}', '[{}]', '[{"t":1},{}]', '[{},{"v":"\uFFFDnone"}]']) {
    const response = await fetch(url, { method: 'PUT', body });
    expect([body, response.status]).toEqual([body, 400]);
    expect(await response.json()).toMatchObject({ error: 'bad_request' });
  }
  expect(await (await fetch(url)).text()).toBe('');
});

it("refuses another user's session the socket and the store", async () => {
  const [user, stranger] = [await newUser(), await newUser()];
  const url = (await persisterUrl(user)).replace(user.session_uuid, stranger.session_uuid);
  expect((await fetch(url)).status).toBe(403);
  const socket = new WebSocket(url.replace('http', 'ws').replace('/store', ''));
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(403);
});
