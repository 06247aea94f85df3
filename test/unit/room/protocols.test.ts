import fc from 'fast-check';
import { createMergeableStore, createStore, type Store } from 'tinybase';
import { createPartyKitPersister } from 'tinybase/persisters/persister-partykit-client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { PATH_HEADER } from '../../../src/operations/proven-access.ts';
import { MemoryRoom, writerHeaders } from '../../helpers/in-memory/rooms/memory-room.ts';

/** The number of schedules to try, each of up to 60 steps. */
const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 80);

/** Two synchronizing devices, two persister clients, and a script that uses HTTP. */
const WRITERS = 5;

const id = fc.constantFrom('a', 'b', '__proto__', '', 'x"y');
const cell = fc.oneof(fc.constantFrom(null, '', true, [1, { deep: null }], {}), fc.nat(3));
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ writer: fc.nat(WRITERS - 1), id, row: id, cell }) },
  {
    weight: 3,
    arbitrary: fc.record({
      writer: fc.nat(WRITERS - 1),
      id,
      row: fc.option(id, { nil: undefined }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ deliver: fc.nat(5) }) },
);
type Step = { writer?: number; id?: string; row?: string; cell?: never; deliver?: number };

class World {
  readonly room = new MemoryRoom();
  readonly stores: Store[] = [];

  async start(): Promise<void> {
    await this.room.start();
    vi.stubGlobal('fetch', (_: string, init: RequestInit) =>
      this.room.room.request(
        new Request('http://room/partykit-store', { ...init, headers: writerHeaders() }),
      ),
    );
    for (const _ of [1, 2])
      this.stores.push((await this.room.connect(createMergeableStore())).store);
    for (const _ of [1, 2]) this.stores.push(await this.persist());
  }

  async persist(): Promise<Store> {
    const socket = await this.room.open({ protocol: 'partykit' });
    const party = { partySocketOptions: { host: 'host', room: 'room' }, name: 'user' };
    const store = createStore();
    const persister = createPartyKitPersister(
      store,
      Object.assign(socket.clientEnd, party) as never,
    );
    await persister.startAutoPersisting();
    return store;
  }

  async run({ writer = 0, id = '', row, cell, deliver }: Step): Promise<void> {
    if (deliver !== undefined) return this.room.step(deliver);
    const store = this.stores[writer];
    if (!store) return this.request(id, row, cell);
    if (cell !== undefined) store.setCell(id, row ?? '', 'c', cell).setValue(id, cell);
    else if (row !== undefined) store.delRow(id, row).delValue(id);
    else store.delTable(id);
    // A persister saves asynchronously.
    await this.room.step(0);
  }

  async request(id: string, row: string | undefined, cell: unknown): Promise<void> {
    const path = row === undefined ? [id] : [id, row];
    const pointer = path.map((segment) => `/${segment}`).join('');
    const value = cell === undefined ? {} : { c: cell };
    const patch = [{ op: 'add', path: `/tables${pointer}`, value: row === undefined ? {} : value }];
    const headers = {
      ...writerHeaders(),
      [PATH_HEADER]: '',
      'Content-Type': 'application/json-patch+json',
    };
    const init = { method: 'PATCH', headers, body: JSON.stringify(patch) };
    expect((await this.room.room.request(new Request('http://room/store', init))).status).toBe(204);
  }

  async content(room = this.room): Promise<unknown> {
    const { tables, values } = await (
      await room.room.request(new Request('http://room/store'))
    ).json();
    return [tables, values];
  }
}

it('makes clients of both protocols and scripts converge in any schedule', async () => {
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { size: 'max', maxLength: 60 }), async (steps) => {
      const world = new World();
      await world.start();
      for (const step of steps) await world.run(step as Step);
      await world.room.settle();

      const content = await world.content();
      for (const store of world.stores) expect(store.getContent()).toEqual(content);
      const restarted = await new MemoryRoom({}, world.room.storage).start();
      expect(await world.content(restarted)).toEqual(content);
    }),
    { numRuns: RUNS },
  );
}, 300_000);
