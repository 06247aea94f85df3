import { describe, expect, it, vi } from 'vitest';
import { PATH_HEADER, type ProvenOperator } from '../../../src/operations/proven-access.ts';
import { call } from '../../../src/operations/room-calls.ts';
import type {
  AccessOperations,
  StoreReader,
  UsageOperations,
} from '../../../src/operations/user-room-operations.ts';
import { MemoryRoom, writerHeaders } from '../../helpers/in-memory/rooms/memory-room.ts';
import { memberOf, SharedRoom } from '../../helpers/in-memory/rooms/shared-room.ts';

type Operations = UsageOperations & AccessOperations;

function ask<Name extends keyof Operations>(room: MemoryRoom, name: Name, input: StoreReader = {}) {
  const fetch = (path: string, init?: RequestInit) =>
    room.room.request(new Request(`http://room${path}`, init));
  return call<Operations, Name>({ fetch }, name, input);
}

async function usage(room: MemoryRoom, reader?: StoreReader) {
  const described = await ask(room, 'describe-usage', reader);
  if (!described.ok) throw new Error(described.message);
  return described.value;
}

const PRIVATE: ProvenOperator = { key: 'k', namespace: 'todo', account: { id: 'a', shard: '000' } };
const SHARED: ProvenOperator = { key: 'k', namespace: 'todo' };

/** Sends a request to the store of a room, as an operator. */
async function send(room: MemoryRoom, method: string, operator: ProvenOperator, body?: unknown) {
  const headers = {
    ...writerHeaders({ operator, proven_at: Date.now() } as never),
    [PATH_HEADER]: '/values',
  };
  const text = body === undefined ? null : JSON.stringify(body);
  const request = new Request('http://room/store', { method, headers, body: text });
  return (await room.room.request(request)).status;
}

async function write(room: MemoryRoom, path: string, body: unknown): Promise<void> {
  const headers = { ...writerHeaders(), [PATH_HEADER]: path };
  const init = { method: 'PUT', headers, body: JSON.stringify(body) };
  expect((await room.room.request(new Request('http://room/store', init))).status).toBe(204);
}

describe('the usage of a store', () => {
  it('is the same after a start, without reading content that has not changed', async () => {
    const room = await new MemoryRoom().start();
    await write(room, '/values/v', 'x'.repeat(10_000));
    const first = await usage(room);
    expect(first.bytes).toBeGreaterThan(10_000);
    await room.start();
    const list = vi.spyOn(room.storage, 'list');
    expect(await usage(room)).toEqual(first);
    expect(list).not.toHaveBeenCalled();
    await send(room, 'GET', PRIVATE);
    expect(list).toHaveBeenCalled();
  });

  it('is measured again after a change, and after a start with a change before', async () => {
    const room = await new MemoryRoom().start();
    await write(room, '/values/v', 1);
    const { bytes } = await usage(room);
    await write(room, '/values/w', 12);
    expect((await usage(room)).bytes).toBe(bytes + ',"w":12'.length);
    await write(room, '/values/w', 123);
    await room.start();
    expect((await usage(room)).bytes).toBe(bytes + ',"w":123'.length);
  });

  it('stores nothing in the room of an account that has no content', async () => {
    const room = await new MemoryRoom().start();
    await usage(room);
    expect(room.storage.writes).toBe(0);
  });

  it('shows a member only the own devices, and an operator those of all', async () => {
    const room = await new SharedRoom(['vic']).start();
    await room.member('ed');
    await room.member('vic');
    expect((await usage(room, { member: memberOf('ed') })).devices).toEqual([
      { session: 'a', protocol: 'sync', account: 'ed' },
    ]);
    expect((await usage(room, { operator: SHARED })).devices).toHaveLength(2);
    expect((await usage(room, { operator: SHARED })).name).toBe('Holiday');
  });

  it('is told only to those who may read', async () => {
    const shared = await new SharedRoom([]).start();
    const own = await new MemoryRoom().start();
    const refused: [room: MemoryRoom, reader: StoreReader][] = [
      [shared, {}],
      [shared, { member: memberOf('stranger') }],
      [shared, { operator: PRIVATE }],
      [shared, { operator: { ...SHARED, namespace: 'notes' } }],
      [own, { operator: SHARED }],
      [own, { member: memberOf('ed') }],
    ];
    for (const [room, reader] of refused) {
      for (const name of ['describe-usage', 'list-operator-access'] as const) {
        expect(await ask(room, name, reader)).toMatchObject({ ok: false, error: 'not_found' });
      }
    }
    expect((await ask(own, 'describe-usage', { operator: PRIVATE })).ok).toBe(true);
  });
});

describe('what operators did', () => {
  const accesses = async (room: MemoryRoom) => {
    const listed = await ask(room, 'list-operator-access');
    return listed.ok ? listed.value.accesses : [];
  };

  it('takes one write for each key, kind and day, also across starts', async () => {
    const room = await new MemoryRoom().start();
    const { writes } = room.storage;
    const ofOwner = 1;
    for (let round = 0; round < 3; round++) {
      for (let time = 0; time < 5; time++) expect(await send(room, 'GET', PRIVATE)).toBe(200);
      await room.start();
    }
    expect(room.storage.writes - writes).toBe(ofOwner + 1);
    await send(room, 'GET', { ...PRIVATE, key: null });
    expect((await accesses(room)).map(({ key }) => key)).toEqual([null, 'k']);
  });

  it('is kept for the last 100', async () => {
    const room = await new MemoryRoom().start();
    for (let number = 0; number < 120; number++) {
      await send(room, 'GET', { ...PRIVATE, key: `${number}` });
    }
    const kept = (await accesses(room)).map(({ key }) => key);
    expect(kept).toEqual(Array.from({ length: 100 }, (_, index) => `${119 - index}`));
  });

  it('is removed with the store', async () => {
    const room = await new SharedRoom([]).start();
    await send(room, 'GET', SHARED);
    await usage(room, { operator: SHARED });
    await room.ask('delete-store', { member: room.owner });
    expect(await room.storage.get('operator-access')).toBeUndefined();
    expect(await room.storage.get('measured')).toBeUndefined();
  });
});

describe('an operator', () => {
  it('reads and writes a private store and a shared one of its namespace, and no other', async () => {
    const own = await new MemoryRoom().start();
    const shared = await new SharedRoom([]).start();
    const cases: [room: MemoryRoom, operator: ProvenOperator, read: number, written: number][] = [
      [own, PRIVATE, 200, 204],
      [own, SHARED, 422, 422],
      [shared, SHARED, 200, 204],
      [shared, PRIVATE, 422, 422],
      [shared, { ...SHARED, namespace: 'notes' }, 422, 422],
    ];
    for (const [room, operator, read, written] of cases) {
      expect(await send(room, 'GET', operator)).toBe(read);
      expect(await send(room, 'PUT', operator, { v: 1 })).toBe(written);
    }
  });
});
