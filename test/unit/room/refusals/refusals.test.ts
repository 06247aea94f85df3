import { createMergeableStore } from 'tinybase';
import { createMergeableStore as createStore5 } from 'tinybase-5';
import { createWsSynchronizer as createWsSynchronizer5 } from 'tinybase-5/synchronizers/synchronizer-ws-client';
import { createMergeableStore as createStore9 } from 'tinybase-9';
import { createWsSynchronizer as createWsSynchronizer9 } from 'tinybase-9/synchronizers/synchronizer-ws-client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { latestHlc } from '../../../../src/document/hlc.ts';
import {
  expectEqual,
  memberOf,
  refusalsTo,
  SharedRoom,
} from '../../../helpers/in-memory/rooms/shared-room.ts';

/** The status of a client that takes in changes. */
const LOADING = 1;

const VIEWERS_CONTENT = 'from vic';

/** A room with an editor, who has written a cell, and a viewer. */
async function sharedList() {
  const room = await new SharedRoom(['vic']).start();
  const ed = await room.member('ed');
  ed.store.setCell('t', 'r', 'c', 'from ed');
  await room.settle();
  return { room, ed, vic: await room.member('vic') };
}

type World = Awaited<ReturnType<typeof sharedList>>;

/** Expects that nobody but the viewer has seen what it wrote, and that everybody agrees. */
async function expectRefused({ room, ed, vic }: World): Promise<void> {
  expect(expectEqual(ed.store, vic.store)).toEqual([{ t: { r: { c: 'from ed' } } }, {}]);
  expect(room.storage.dump() + ed.socket.received.join()).not.toContain(VIEWERS_CONTENT);
  expectEqual((await room.member('eve')).store, vic.store);
  await room.start();
  expectEqual((await room.member('late')).store, vic.store);
}

describe("a viewer's edit", () => {
  it('is not taken in, and its device agrees again', async () => {
    const { room, ed, vic } = await sharedList();
    vic.store.setCell('t', 'r', 'c', VIEWERS_CONTENT).setCell('t', 'new', 'c', VIEWERS_CONTENT);
    vic.store.setValue('v', VIEWERS_CONTENT);
    await room.settle();

    expect(refusalsTo(vic.socket)).toEqual([
      { reason: 'role', refused: [['t', 'r', 'c']] },
      { reason: 'role', refused: [['t', 'new', 'c']] },
      { reason: 'role', refused: [['v']] },
    ]);
    expect(refusalsTo(ed.socket)).toEqual([]);
    await expectRefused({ room, ed, vic });
  });

  it.each([
    ['5', createStore5 as unknown as typeof createMergeableStore, createWsSynchronizer5],
    ['9', createStore9 as unknown as typeof createMergeableStore, createWsSynchronizer9],
  ])('is refused with TinyBase %s', async (_, create, join) => {
    const { room, ed, vic } = await sharedList();
    const socket = await room.open({ member: memberOf('vic') });
    const store = create();
    store.setCell('t', 'r', 'c', VIEWERS_CONTENT).setCell('t', 'new', 'c', VIEWERS_CONTENT);
    const synchronizer = await join(store as never, socket.clientEnd, 5);
    void synchronizer.startSync();
    await room.settle();
    store.setCell('t', 'r', 'c', VIEWERS_CONTENT).delRow('t', 'new').setValue('v', VIEWERS_CONTENT);
    await room.settle();

    expect(store.getContent()).toEqual(ed.store.getContent());
    expect(store.getMergeableContentHashes()).toEqual(ed.store.getMergeableContentHashes());
    await expectRefused({ room, ed, vic });
  });

  it('that was made offline is refused when its device compares hashes', async () => {
    const { room, ed, vic } = await sharedList();
    vic.socket.close(1000, '');
    vic.store.setCell('t', 'r', 'c', VIEWERS_CONTENT).setCell('new', 'r', 'c', VIEWERS_CONTENT);
    vic.store.setCell('t', 'new', 'c', VIEWERS_CONTENT).setValue('v', VIEWERS_CONTENT);
    const again = await room.member('vic', vic.store);

    expect(refusalsTo(again.socket).flatMap(({ refused }) => refused)).toHaveLength(4);
    await expectRefused({ room, ed, vic: again });
  });

  it('that its client did not send is refused when the room pulls it', async () => {
    const { room, ed, vic } = await sharedList();
    // TinyBase drops the save of an edit that is made while it takes in a change.
    let isWritten = false;
    vic.synchronizer.addStatusListener((_, status) => {
      if ((status as number) !== LOADING || isWritten) return;
      isWritten = true;
      vic.store.setValue('v', VIEWERS_CONTENT);
    });
    ed.store.setCell('t', 'r', 'c', 'changed').setCell('t', 'r', 'c', 'from ed');
    await room.settle();

    const sent = vic.socket.sent.filter((frame) => frame.includes(VIEWERS_CONTENT));
    expect(sent.map((frame) => frame.includes('pull.values'))).toEqual([true]);
    await expectRefused({ room, ed, vic });
  });

  it('that deletes is refused, also of what the room never had', async () => {
    const { room, ed, vic } = await sharedList();
    vic.store.setCell('t', 'gone', 'c', VIEWERS_CONTENT).delRow('t', 'gone');
    vic.store.delTables();
    await room.settle();
    await expectRefused({ room, ed, vic });
  });

  it('with a stamp that the room has for another content is refused', async () => {
    const { room, ed, vic } = await sharedList();
    const [[{ t }]] = ed.store.getMergeableContent();
    const hlc = t![0].r![0].c![1];
    await room.deliver(
      vic.socket,
      `\n[null,3,[[{"t":[{"r":[{"c":["from vic","${hlc}"]}]}]}],[{}],1]]`,
    );
    await room.settle();

    expect(refusalsTo(vic.socket)).toHaveLength(1);
    await expectRefused({ room, ed, vic });
  });

  it('as default content is refused, and an editor may still write it', async () => {
    const room = await new SharedRoom(['vic']).start();
    const vic = await room.member('vic', createMergeableStore().setDefaultContent([{}, { v: 1 }]));
    expect(vic.store.getValues()).toEqual({});
    const ed = await room.member('ed', createMergeableStore().setDefaultContent([{}, { v: 2 }]));
    expect(expectEqual(vic.store, ed.store)).toEqual([{}, { v: 2 }]);
  });

  it('leaves the room with the same hashes as an older client, which dates rows', async () => {
    const hashes = async (viewers: string[]) => {
      const room = await new SharedRoom(viewers).start();
      const [ed, vic] = [await room.open(), await room.open({ member: memberOf('vic') })];
      const stamp = '"Nn1JUUm-----7JQY"';
      await room.deliver(ed, `\n[null,3,[[{"t":[{"r":[{"c":[1,${stamp}]}]}]}],[{}],1]]`);
      const row = `[{"c":[1,${stamp}]},${stamp}]`;
      await room.deliver(vic, `\n[null,3,[[{"t":[{"r":${row}}]}],[{}],1]]`);
      await room.deliver(ed, '\n["ask",1,""]');
      return ed.received.find((frame) => frame.includes('"ask"'));
    };
    expect(await hashes(['vic'])).toBe(await hashes([]));
  });

  it('ahead of the clock is told as such, and is not corrected', async () => {
    const { room, ed } = await sharedList();
    const store = createMergeableStore(undefined, () => Date.now() + 600_000);
    const vic = await room.member('vic', store.setValue('v', VIEWERS_CONTENT));
    await room.settle();

    expect(vic.socket.received.join()).toContain('clock_ahead');
    expect(refusalsTo(vic.socket)).toEqual([]);
    expect(ed.store.getMergeableContent()[1][0]).toEqual({});
    expect(room.storage.dump()).not.toContain(VIEWERS_CONTENT);
  });

  it('at the limit of the clock gets no correction beyond it', async () => {
    const { room, ed, vic } = await sharedList();
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now);
    onTestFinished(() => void vi.restoreAllMocks());
    const limit = latestHlc(now + 240_000);
    // The counter is as high as it can be, so the next stamp has the next millisecond.
    await room.deliver(
      vic.socket,
      `\n[null,3,[[{}],[{"v":["from vic","${limit.slice(0, 7)}zzzz12345"]}],1]]`,
    );
    await room.settle();

    expect(vic.socket.received.join()).toContain('clock_ahead');
    expect(ed.store.getMergeableContent()[1][0]).toEqual({});
    expect(room.storage.dump()).not.toContain(VIEWERS_CONTENT);
  });
});

it('takes in what a former viewer writes as an editor, and refuses a former editor', async () => {
  const { room, ed, vic } = await sharedList();
  await room.setRole('vic', 'editor');
  await room.setRole('ed', 'viewer');
  vic.store.setCell('t', 'r', 'c', 'from vic');
  await room.settle();
  ed.store.setCell('t', 'r', 'c', 'from ed');
  await room.settle();
  expect(expectEqual(ed.store, vic.store)).toEqual([{ t: { r: { c: 'from vic' } } }, {}]);
});
