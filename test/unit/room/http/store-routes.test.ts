import { createMergeableStore } from 'tinybase';
import { expect, it } from 'vitest';
import { PATH_HEADER } from '../../../../src/operations/proven-access.ts';
import type { Failure } from '../../../../src/protocol/errors.ts';
import { MemoryRoom, writerHeaders } from '../../../helpers/in-memory/rooms/memory-room.ts';

/** Sends a request to a room as the edge does, and returns its status and body. */
async function send(room: MemoryRoom, method: string, path: string, body?: unknown) {
  const init = {
    method,
    headers: { ...writerHeaders(), [PATH_HEADER]: path },
    body: body ? JSON.stringify(body) : null,
  };
  const response = await room.room.request(new Request('http://room/store', init));
  const text = await response.text();
  return { status: response.status, json: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

it('keeps changes made over HTTP when the room restarts, in two keys at most', async () => {
  const room = await new MemoryRoom().start();
  await send(room, 'PUT', '', { tables: { t: { r: { c: 1, d: 2 } } }, values: { v: null } });
  expect(room.storage.writes).toBe(1);
  await send(room, 'DELETE', '/tables/t/r/d');
  expect(room.storage.writes).toBe(2);

  await room.start();
  const content = { tables: { t: { r: { c: 1 } } }, values: { v: null } };
  expect((await send(room, 'GET', '')).json).toEqual(content);
  expect(room.storage.writes).toBe(2);
});

it('writes nothing for a request that changes nothing', async () => {
  const room = await new MemoryRoom().start();
  await send(room, 'PUT', '/values', { a: 1, b: { c: [2] } });
  const { writes } = room.storage;
  await send(room, 'PUT', '/values', { b: { c: [2] }, a: 1 });
  await send(room, 'PATCH', '', { values: { a: 1 } });
  await send(room, 'PATCH', '/tables/none', {});
  expect(room.storage.writes).toBe(writes);
});

it('refuses changes over the quota without effect, and still accepts ones that free space', async () => {
  const room = await new MemoryRoom({ MAX_STORE_BYTES: 10_000 }).start();
  const values = { large: 'x'.repeat(6_000) };
  await send(room, 'PUT', '/values', values);

  const refused = await send(room, 'PATCH', '/values', { small: 1, other: 'y'.repeat(6_000) });
  expect(refused.status).toBe(422);
  expect((refused.json as Failure).error).toBe('store_full');
  expect((await send(room, 'GET', '/values')).json).toEqual(values);

  const replaced = { other: 'y'.repeat(6_000) };
  expect((await send(room, 'PUT', '/values', replaced)).status).toBe(204);
  expect((await send(room, 'GET', '/values')).json).toEqual(replaced);
  expect((await send(room, 'DELETE', '/values/other')).status).toBe(204);
});

it('stamps changes after those that they replace, even of a fast clock, and otherwise not in the future', async () => {
  const room = await new MemoryRoom().start();
  const fast = await room.connect(createMergeableStore('fast', () => Date.now() + 60_000));
  const right = await room.connect();
  fast.store.setValue('replaced', 'fast').setValue('other', 'fast');
  await room.settle();

  await send(room, 'PATCH', '/values', { replaced: 'script', new: 'script' });
  await room.settle();
  right.store.setValue('new', 'right');
  await room.settle();

  const values = { replaced: 'script', other: 'fast', new: 'right' };
  for (const { store } of [fast, right]) expect(store.getValues()).toEqual(values);
  expect((await send(room, 'GET', '/values')).json).toEqual(values);
});
