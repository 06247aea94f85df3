import fc from 'fast-check';
import { createMergeableStore } from 'tinybase';
import { getHlcFunctions } from 'tinybase/common';
import { expect, it } from 'vitest';
import type { CellStamp } from '../../../src/document/cell-stamp.ts';
import { encodeChange } from '../../../src/document/codec/change-encoder.ts';
import { MemoryRoom } from '../../helpers/in-memory/rooms/memory-room.ts';

/** Older TinyBase versions also stamp rows, tables and stores, and hash those stamps. */

const [, , encodeHlc] = getHlcFunctions('older');
const BEGIN = Date.UTC(2026, 0);

const hlc = fc.nat(40).map((second) => encodeHlc(BEGIN + second * 1000, 0));
const date = fc.oneof(hlc, fc.constant(''));
const id = fc.constantFrom('a', 'b', '__proto__', '', 'x"y');
const cell = fc.record({ table: id, row: id, containers: fc.tuple(date, date, date) });
const value = fc.record({
  table: fc.constant(null),
  row: fc.constant(''),
  containers: fc.tuple(date),
});

/**
 * Two stamps with the same HLC must have the same content, so the content is derived from the HLC.
 */
const edit: fc.Arbitrary<CellStamp> = fc
  .tuple(fc.oneof(cell, value), id, hlc)
  .map(([place, id, hlc]) => ({ ...place, id, hlc, cell: `${id} ${hlc}` }));

/** In one message, all stamps in a container have the same HLC. */
const message = fc.array(edit, { minLength: 1, maxLength: 4 }).map(encodeChange);

/** Long enough that replacing it a few times compacts the log. */
const LONG = 'x'.repeat(200_000);

async function etagOf(room: MemoryRoom): Promise<string | null> {
  const response = await room.room.request(new Request('http://room/store'));
  return response.headers.get('etag');
}

it('stores, hashes and forwards stamps of containers as TinyBase does, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
      const room = await new MemoryRoom({ HEARTBEAT_SECONDS: 0 }).start();
      const older = await room.open();
      const watching = await room.connect();
      const tinybase = createMergeableStore();
      const send = async (change: string) => {
        tinybase.applyMergeableChanges(JSON.parse(change));
        await room.deliver(older, `\n[null,3,${change}]`);
      };
      const expectKept = async () => {
        const content = tinybase.getMergeableContent();
        const restarted = await new MemoryRoom({}, room.storage).start();
        expect(await etagOf(restarted)).toBe(await etagOf(room));
        expect((await restarted.connect()).store.getMergeableContent()).toEqual(content);
        expect(watching.store.getMergeableContent()).toEqual(content);
      };

      for (const change of messages) await send(change);
      await room.settle();
      await expectKept();
      for (let count = 0; count < 5; count++) {
        const hlc = encodeHlc(BEGIN, count);
        await send(encodeChange([{ table: 't', row: 'r', id: 'long', cell: LONG, hlc }]));
      }
      await room.settle();
      expect(await room.storage.get('log-head')).not.toMatchObject({ first: 0 });
      await expectKept();
    }),
    { numRuns: 25 },
  );
}, 60_000);
