import { gunzipSync } from 'node:zlib';
import { createMergeableStore } from 'tinybase';
import { beforeEach, expect, test } from 'vitest';
import { mergeEncodedChanges } from '../../../../client/sync/merge-encoded-changes.ts';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

let room: MemoryRoom;
const written = createMergeableStore();
written.setRow('tasks', 'a', { title: 'Grüße\n', tags: [1], gone: 1 }).setValue('v', null);
written.delCell('tasks', 'a', 'gone', true);

beforeEach(async () => {
  room = await new MemoryRoom({ HEARTBEAT_SECONDS: 10 }).start();
  const device = await room.connect();
  device.store.applyMergeableChanges([...written.getMergeableContent(), 1] as never);
  await room.settle();
  await room.room.alarm();
  await room.settle();
});

const snapshot = (headers: Record<string, string> = {}): Promise<Response> =>
  room.room.request(new Request('http://room/snapshot', { headers }));

/** Merges a copy into a new store. */
async function merged(text: string) {
  const lines = text.trimEnd().split('\n');
  expect(JSON.parse(lines.pop()!)).toEqual({ cursor: expect.any(String) });
  const store = createMergeableStore();
  for (const line of lines) {
    const revive = (_: string, value: unknown) => (value === '\uFFFC' ? undefined : value);
    await mergeEncodedChanges(store, JSON.parse(line, revive));
  }
  return store;
}

test('a copy has all content except the heartbeat, deletions included', async () => {
  const response = await snapshot();
  expect(response.headers.get('content-encoding')).toBeNull();
  const store = await merged(await response.text());
  expect(store.getMergeableContentHashes()).toEqual(written.getMergeableContentHashes());
  expect(store.getRow('tasks', 'a')).toEqual({ title: 'Grüße\n', tags: [1] });
});

test.each([
  ['gzip', true],
  ['br, GZIP', true],
  ['gzip;q=0.5', true],
  ['deflate, gzip;q=0', false],
  ['gzip; q=0.0, br', false],
  ['notgzip', false],
])('of Accept-Encoding %s, a copy is compressed: %s', async (accepted, isZipped) => {
  const response = await snapshot({ 'accept-encoding': accepted });
  expect(response.headers.get('content-encoding')).toBe(isZipped ? 'gzip' : null);
  const bytes = Buffer.from(await response.arrayBuffer());
  await merged((isZipped ? gunzipSync(bytes) : bytes).toString());
});

test('a change with line breaks between its tokens takes one line', async () => {
  const socket = await room.open();
  const hlc = written.getMergeableContent()[0][0].tasks![0].a![0].title![1];
  const change = `[[{"t":[{"r":[{"c":["x\\n","${hlc}"]}]}]}],\n[{}],\n1]`;
  await room.deliver(socket, `\n[null,3,${change}]`);
  const store = await merged(await (await snapshot()).text());
  expect(store.getCell('t', 'r', 'c')).toBe('x\n');
});

test('a room that is compacted while a copy is read ends the copy without a cursor', async () => {
  const writer = await room.connect();
  for (let row = 0; row < 12; row++) {
    writer.store.setCell('tasks', `${row}`, 'title', 'some text');
    await room.settle();
  }
  const { body } = await snapshot();
  const reader = body!.getReader();
  for (let round = 0; round < 12; round++) {
    writer.store.setCell('tasks', 'a', 'title', `${round}`.repeat(90_000));
    await room.settle();
  }
  await expect
    .poll(async () => (await room.storage.get<{ first: number }>('log-head'))!.first)
    .toBeGreaterThan(0);
  let text = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    text += new TextDecoder().decode(next.value);
  }
  expect(text).not.toContain('cursor');
});

test('a room sends 8 copies at once, and another one when one of them has ended', async () => {
  const bodies: ReadableStream[] = [];
  for (let count = 0; count < 8; count++) bodies.push((await snapshot()).body!);
  const refused = await snapshot();
  expect(await refused.json()).toMatchObject({ error: 'overloaded' });
  await bodies[0]!.cancel();
  await merged(await (await snapshot()).text());
  await new Response(bodies[1]!).text();
  await merged(await (await snapshot()).text());
});
