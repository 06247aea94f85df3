import { expect, it } from 'vitest';
import { type OperatorWriter, PATH_HEADER } from '../../../src/operations/proven-access.ts';
import { encodeResult } from '../../../src/operations/room-calls.ts';
import { fail, type Result, succeed } from '../../../src/protocol/errors.ts';
import { MemoryRoom, writerHeaders } from '../../helpers/in-memory/rooms/memory-room.ts';

/** The answers of the auth party's rooms, and the operations that were asked for. */
interface AuthRooms {
  'recheck-key': Result<object>;
  'find-absent-accounts': Result<{ ids: string[] }>;
}

const GOOD: AuthRooms = {
  'recheck-key': succeed({}),
  'find-absent-accounts': succeed({ ids: [] }),
};

/** A room with rooms of the auth party that answer like this; without, it reaches none. */
async function start(answers?: AuthRooms) {
  const room = await new MemoryRoom().start();
  const asked: string[] = [];
  room.auth = answers && {
    fetch: async (path) => {
      asked.push(path.slice(1));
      const answer = answers[path.slice(1) as keyof AuthRooms];
      return encodeResult(answer.ok ? succeed(Response.json(answer.value)) : answer);
    },
  };
  return { room, asked };
}

/** Writes as an operator whose key the edge has checked so many milliseconds ago. */
async function write(room: MemoryRoom, age: number, key: string | null = 'k') {
  const account = { id: 'a', shard: '000' };
  const operator = { key, namespace: 'todo', account };
  const writer: OperatorWriter = { operator, proven_at: Date.now() - age };
  const headers = { ...writerHeaders(writer as never), [PATH_HEADER]: '/values' };
  const init = { method: 'PUT', headers, body: '{"v":1}' };
  const response = await room.room.request(new Request('http://room/store', init));
  if (response.status === 204) return 'written';
  return ((await response.json()) as { error: string }).error;
}

const FRESH = 0;
const OLD = 1_500;

it('a write of a key that was checked just now asks only whether the account exists', async () => {
  const { room, asked } = await start(GOOD);
  expect(await write(room, FRESH)).toBe('written');
  expect(asked).toEqual(['find-absent-accounts']);
});

it('a write that took long asks for its key again, and OPERATOR_KEY needs no question', async () => {
  const { room, asked } = await start(GOOD);
  expect(await write(room, OLD)).toBe('written');
  expect(asked.sort()).toEqual(['find-absent-accounts', 'recheck-key']);
  asked.length = 0;
  expect(await write(room, OLD, null)).toBe('written');
  expect(asked).toEqual(['find-absent-accounts']);
});

it('a key that was revoked meanwhile writes nothing', async () => {
  const { room } = await start({ ...GOOD, 'recheck-key': fail('unauthorized', '') });
  const { writes } = room.storage;
  expect(await write(room, OLD)).toBe('unauthorized');
  // The room has an owner now, and what operators did has an entry.
  expect(room.storage.writes).toBe(writes + 2);
});

it('nothing is written for an account that was deleted, before its room is told of it', async () => {
  const absent = { ...GOOD, 'find-absent-accounts': succeed({ ids: ['a'] }) };
  const { room } = await start(absent);
  for (const age of [FRESH, OLD]) expect(await write(room, age)).toBe('not_found');
});

it('a room that reaches no others accepts what was checked just now, and nothing else', async () => {
  const { room } = await start();
  expect(await write(room, FRESH)).toBe('written');
  expect(await write(room, OLD)).toBe('overloaded');
});
