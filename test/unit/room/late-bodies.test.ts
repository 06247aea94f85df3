import { createMergeableStore } from 'tinybase';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATH_HEADER, type ProvenWriter } from '../../../src/operations/proven-access.ts';
import { refuse } from '../../../src/operations/room-calls.ts';
import { fail } from '../../../src/protocol/errors.ts';
import { MemoryRoom, writerHeaders } from '../../helpers/in-memory/rooms/memory-room.ts';

const content = createMergeableStore().setValue('v', 1).getMergeableContent();

/** All ways to write over HTTP, each with a body. */
const WAYS: Array<[name: string, method: string, path: string, body: unknown]> = [
  ['a manual sync', 'POST', '/manual-sync', { mergeableContent: content }],
  ['a PUT', 'PUT', '/store', { tables: {}, values: { v: 1 } }],
  ['a PATCH', 'PATCH', '/store', { values: { v: 1 } }],
  ['the first content of a persister', 'PUT', '/partykit-store', [{}, { v: 1 }]],
];

/** A request whose body is in transit until it is finished. */
function begin(room: MemoryRoom, [, method, path, body]: (typeof WAYS)[number], writer = {}) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const expires_at = new Date(Date.now() + 5_000).toISOString();
  const headers = {
    ...writerHeaders({ expires_at, ...(writer as Partial<ProvenWriter>) }),
    [PATH_HEADER]: '',
  };
  const init = { method, headers, body: readable, duplex: 'half' } as RequestInit;
  const answered = room.room.request(new Request(`http://room${path}`, init));
  return async () => {
    const bytes = writable.getWriter();
    await bytes.write(new TextEncoder().encode(JSON.stringify(body)));
    await bytes.close();
    return answered;
  };
}

const end = (room: MemoryRoom) =>
  room.post('/end-sessions', { session_hashes: ['a'], close: 'sessionEnded' });

async function valueIn(room: MemoryRoom): Promise<unknown> {
  const response = await room.room.request(new Request('http://room/store'));
  return ((await response.json()) as { values: { v?: unknown } }).values.v;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each(WAYS)('%s', (...way) => {
  it('writes nothing once its session has ended, however late its body is complete', async () => {
    const room = await new MemoryRoom().start();
    const finish = begin(room, way);
    await end(room);
    expect(await (await finish()).json()).toMatchObject({ error: 'unauthorized' });
    expect(await valueIn(room)).toBeUndefined();
  });

  it('writes nothing if the auth room no longer knows its session when the body is complete', async () => {
    const room = await new MemoryRoom().start();
    const asked: unknown[] = [];
    room.auth = {
      fetch: async (path, init) => {
        asked.push(path, JSON.parse(String(init?.body)));
        return refuse(fail('unauthorized', 'there is no such session'));
      },
    };
    const finish = begin(room, way);
    vi.setSystemTime(Date.now() + 2_000);
    expect(await (await finish()).json()).toMatchObject({ error: 'unauthorized' });
    expect(asked).toEqual(['/recheck-session', { session_hash: 'a' }]);
    expect(await valueIn(room)).toBeUndefined();
  });

  it('writes if its session was renewed while its body was in transit', async () => {
    const room = await new MemoryRoom().start();
    room.auth = { fetch: async () => Response.json({}) };
    const finish = begin(room, way);
    vi.setSystemTime(Date.now() + 20_000);
    expect((await finish()).ok).toBe(true);
    expect(await valueIn(room)).toBe(1);
  });

  it('writes nothing if its session ends while the auth room is being asked', async () => {
    const room = await new MemoryRoom().start();
    room.auth = {
      fetch: async () => {
        await end(room);
        return Response.json({});
      },
    };
    const finish = begin(room, way);
    vi.setSystemTime(Date.now() + 2_000);
    expect(await (await finish()).json()).toMatchObject({ error: 'unauthorized' });
    expect(await valueIn(room)).toBeUndefined();
  });

  it('writes nothing after the end of its session if the auth room cannot be asked', async () => {
    const room = await new MemoryRoom().start();
    const finish = begin(room, way);
    vi.setSystemTime(Date.now() + 20_000);
    expect(await (await finish()).json()).toMatchObject({ error: 'unauthorized' });
    expect(await valueIn(room)).toBeUndefined();
  });
});

it('does not ask the auth room if the body arrived at once', async () => {
  const room = await new MemoryRoom().start();
  room.auth = { fetch: () => Promise.reject(new Error('asked')) };
  for (const way of WAYS) expect((await begin(room, way)()).ok).toBe(true);
});

it('deletes nothing for a session that has ended', async () => {
  const room = await new MemoryRoom().start();
  await begin(room, WAYS[1]!)();
  await end(room);
  const headers = { ...writerHeaders(), [PATH_HEADER]: '/values/v' };
  const request = new Request('http://room/store', { method: 'DELETE', headers });
  expect(await (await room.room.request(request)).json()).toMatchObject({ error: 'unauthorized' });
  expect(await valueIn(room)).toBe(1);
});

it('accepts no frame of a persister client that waited while its session ended', async () => {
  const room = await new MemoryRoom().start();
  const socket = await room.open({ protocol: 'partykit' });
  const first = room.deliver(socket, 's[{},{"w":1},1]');
  const second = room.deliver(socket, 's[{},{"v":1},1]');
  socket.close(4001, 'session ended');
  await Promise.all([first, second]);
  expect(await valueIn(room)).toBeUndefined();
});
