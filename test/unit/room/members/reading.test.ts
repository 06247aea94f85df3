import { createMergeableStore } from 'tinybase';
import { expect, it } from 'vitest';
import { PATH_HEADER, type ProvenMember } from '../../../../src/operations/proven-access.ts';
import { writerHeaders } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { account, StoreRoom } from '../../../helpers/in-memory/rooms/store-room.ts';

const read = (room: StoreRoom, path: string, member: ProvenMember, init: RequestInit = {}) =>
  room.room.request(
    new Request(`http://room${path}`, { headers: writerHeaders({ member }), ...init }),
  );

/** A store that is larger than what a response has buffered. */
async function fillLarge(room: StoreRoom): Promise<void> {
  const body = JSON.stringify(
    Object.fromEntries(
      Array.from({ length: 400 }, (_, id) => [`r${id}`, { text: 'x'.repeat(10_000) }]),
    ),
  );
  const headers = { ...writerHeaders({ member: room.owner }), 'content-type': 'application/json' };
  const table = { [PATH_HEADER]: '/tables/t' };
  const written = await room.room.request(
    new Request('http://room/store', { method: 'PUT', headers: { ...headers, ...table }, body }),
  );
  expect(written.status).toBe(204);
}

it.each(['/store', '/snapshot', '/partykit-store'])(
  '%s ends when its reader is removed',
  async (path) => {
    const room = await new StoreRoom().create();
    const bob = await room.add('bob', 'viewer');
    await fillLarge(room);
    const whole = await read(room, path, bob);
    expect((await whole.text()).length).toBeGreaterThan(4_000_000);
    const response = await read(room, path, bob);
    const reader = response.body!.getReader();
    const first = await reader.read();
    expect(first.value!.length).toBeLessThan(2_000_000);
    await room.ask('remove-member', { member: room.owner, account: bob.account });
    const rest = async () => {
      for (;;) if ((await reader.read()).done) return;
    };
    await expect(rest()).rejects.toThrow('may not read any more');
    expect(await (await read(room, path, bob)).json()).toMatchObject({ error: 'not_found' });
  },
);

it('writes nothing if its author is removed while the body arrives', async () => {
  const room = await new StoreRoom().create();
  const bob = await room.add('bob', 'editor');
  const store = createMergeableStore().setValue('v', 1);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await room.ask('remove-member', { member: room.owner, account: bob.account });
      const content = { mergeableContent: store.getMergeableContent() };
      controller.enqueue(new TextEncoder().encode(JSON.stringify(content)));
      controller.close();
    },
  });
  const late = await read(room, '/manual-sync', bob, {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit);
  expect(await late.json()).toMatchObject({ error: 'not_found' });
  const kept = await read(room, '/store', room.owner);
  expect(await kept.json()).toEqual({ tables: {}, values: {} });
});

it('reads the body of a request that it refuses, so that the client sees the response', async () => {
  const room = await new StoreRoom().create();
  let chunks = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      chunks += 1;
      if (chunks > 100) controller.close();
      else controller.enqueue(new Uint8Array(1_000));
    },
  });
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
  const refused = await read(room, '/manual-sync', account('mallory'), init);
  expect(await refused.json()).toMatchObject({ error: 'not_found' });
  expect(chunks).toBe(101);
});
