import { expect, it } from 'vitest';
import { expectEqual, refusalsTo, SharedRoom } from '../../../helpers/in-memory/shared-room.ts';

/** A room with an editor, who has written a cell, and a viewer. */
async function sharedList() {
  const room = await new SharedRoom(['vic']).start();
  const ed = await room.member('ed');
  ed.store.setCell('t', 'r', 'c', 'from ed');
  await room.settle();
  return { room, ed, vic: await room.member('vic') };
}

it('takes in no edit of a viewer, and makes its device agree again', async () => {
  const { room, ed, vic } = await sharedList();
  vic.store.setCell('t', 'r', 'c', 'from vic').setCell('t', 'new', 'c', 'from vic');
  vic.store.setValue('v', 'from vic');
  await room.settle();

  expect(expectEqual(ed.store, vic.store)).toEqual([{ t: { r: { c: 'from ed' } } }, {}]);
  expect(refusalsTo(vic.socket).flatMap(({ refused }) => refused)).toEqual([
    ['t', 'r', 'c'],
    ['t', 'new', 'c'],
    ['v'],
  ]);
  expect(refusalsTo(ed.socket)).toEqual([]);
  expect(room.storage.dump() + ed.socket.received.join()).not.toContain('from vic');
  expectEqual((await room.member('eve')).store, vic.store);
});
