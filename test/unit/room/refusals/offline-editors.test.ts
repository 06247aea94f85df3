import { createMergeableStore, type MergeableStore } from 'tinybase';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectEqual, memberOf, SharedRoom } from '../../../helpers/in-memory/rooms/shared-room.ts';
import { shortenWaits } from '../../../helpers/in-memory/short-waits.ts';

/** A client's store with another clock: `offset` milliseconds from now. */
const storeAt = (offset: number, content?: MergeableStore): MergeableStore => {
  const store = createMergeableStore(undefined, () => Date.now() + offset);
  if (content) store.merge(content);
  return store;
};

const MINUTE = 60_000;

/**
 * A room in which an editor has written two cells three minutes ago. Two minutes ago another editor
 * changed one of them and made a third, offline. Now a viewer's edits of all of them are refused.
 */
async function correctedRoom() {
  const room = await new SharedRoom(['vic']).start();
  const { store, socket } = await room.member('ed', storeAt(-3 * MINUTE));
  store.setCell('t', 'r', 'c', 'old').setCell('t', 'r', 'd', 'old');
  await room.settle();
  const offline = storeAt(-2 * MINUTE);
  offline.setCell('t', 'r', 'c', 'offline').setCell('t', 'new', 'c', 'offline');
  const stale = storeAt(-4 * MINUTE);
  stale.setCell('t', 'r', 'c', 'stale').setCell('t', 'r', 'd', 'stale');
  const vic = await room.member('vic');
  vic.store.setCell('t', 'r', 'c', 'from vic').setCell('t', 'r', 'd', 'from vic');
  vic.store.setCell('t', 'new', 'c', 'from vic');
  await room.settle();
  return { room, ed: { store, socket }, vic, offline, stale };
}

const MERGED = [{ t: { r: { c: 'offline', d: 'old' }, new: { c: 'offline' } } }, {}];

beforeEach(shortenWaits);

describe('an edit of an editor who was offline', () => {
  it('wins over a later correction of what is older', async () => {
    const { room, ed, vic, offline } = await correctedRoom();
    const back = await room.member('eve', offline);
    expect(expectEqual(ed.store, vic.store, back.store)).toEqual(MERGED);
  });

  it('loses to what is later than it, as always', async () => {
    const { room, ed, vic, offline, stale } = await correctedRoom();
    await room.member('eve', stale);
    expect(expectEqual(ed.store, vic.store)).toEqual([{ t: { r: { c: 'old', d: 'old' } } }, {}]);
    ed.store.setCell('t', 'r', 'c', 'newest');
    await room.settle();
    const back = await room.member('eve', offline);
    const content = expectEqual(ed.store, vic.store, back.store);
    expect(content).toEqual([{ t: { r: { c: 'newest', d: 'old' }, new: { c: 'offline' } } }, {}]);
  });

  it('wins after many corrections, and after another such edit', async () => {
    const { room, ed, vic, offline } = await correctedRoom();
    const between = storeAt(-2.5 * MINUTE).setCell('t', 'r', 'c', 'between');
    const wrote = async (content: string) => {
      vic.store.setCell('t', 'r', 'c', content).setCell('t', 'new', 'c', content);
      await room.settle();
    };
    await wrote('again');
    await room.member('eva', between as MergeableStore);
    expect(ed.store.getCell('t', 'r', 'c')).toBe('between');
    await wrote('once more');
    const back = await room.member('eve', offline);
    expect(expectEqual(ed.store, vic.store, back.store)).toEqual(MERGED);
  });

  it('is merged once, however often it comes', async () => {
    const { room, offline } = await correctedRoom();
    const content = offline.getMergeableContent();
    await room.member('eve', offline);
    const { writes } = room.storage;
    for (let visit = 0; visit < 5; visit++) {
      const again = createMergeableStore().setMergeableContent(content);
      expectEqual(offline, (await room.member('eve', again)).store);
    }
    expect(room.storage.writes).toBe(writes);
  });

  it('wins over HTTP too', async () => {
    const { room, ed, vic, offline } = await correctedRoom();
    const body = { mergeableContent: offline.getMergeableContent() };
    expect((await room.request('eve', 'POST', '/manual-sync', body)).ok).toBe(true);
    await room.settle();
    expect(expectEqual(ed.store, vic.store)).toEqual(MERGED);
  });

  it('wins after restarts and compactions', async () => {
    const { room, ed, vic, offline } = await correctedRoom();
    for (let time = 0; time < 100; time++)
      await room.request('ed', 'PUT', '/store/values/v', `${time}`.repeat(1000));
    await room.request('ed', 'DELETE', '/store/values/v');
    await room.settle();
    expect(room.storage.dump()).toContain('log-snapshot:');
    await room.kill();
    const back = await room.member('eve', offline);
    const all = [ed.store, vic.store].map((store) => room.member('vic', store));
    await Promise.all(all);
    expect(expectEqual(ed.store, vic.store, back.store)).toEqual(MERGED);
  });

  it('wins in a room that has not read its content', async () => {
    const { room, ed, vic, offline } = await correctedRoom();
    const [[{ t }]] = offline.getMergeableContent();
    const [cell, hlc] = t![0].r![0].c!;
    const socket = await room.open({ resumes: true, member: memberOf('eve') });
    await room.start();
    const change = [[{ t: [{ r: [{ c: [cell, hlc] }] }] }], [{}], 1];
    await room.deliver(socket, `\n${JSON.stringify([null, 3, change])}`);
    await room.settle();
    expect(expectEqual(ed.store, vic.store)).toEqual([
      { t: { r: { c: 'offline', d: 'old' } } },
      {},
    ]);
  });
});

describe('a room that has not read its content', () => {
  const change = (id: string) =>
    `\n${JSON.stringify([null, 3, [[{}], [{ [id]: [1, 'Nn1JUUm-----7JQY'] }], 1]])}`;

  it('reads it to refuse a change, but not for changes of other cells', async () => {
    const room = await new SharedRoom(['vic']).start();
    const [vic, eve] = await Promise.all(
      ['vic', 'eve'].map((account) => room.open({ resumes: true, member: memberOf(account) })),
    );
    await room.deliver(vic!, change('v'));
    const reads = async (socket: typeof vic, id: string) => {
      await room.start();
      const hasRead = watchLog(room);
      await room.deliver(socket!, change(id));
      await room.settle();
      return hasRead();
    };
    expect(await reads(eve, 'w')).toBe(false);
    expect(await reads(eve, 'v')).toBe(true);
    expect(await reads(vic, 'x')).toBe(true);
    expect(room.storage.dump()).not.toContain('"x":[1');
  });
});

/** Returns a function that tells whether the room has read its log since. */
function watchLog(room: SharedRoom): () => boolean {
  let hasRead = false;
  const list = room.storage.list.bind(room.storage);
  room.storage.list = (options) => {
    hasRead ||= options?.start?.startsWith('log:') ?? false;
    return list(options);
  };
  return () => hasRead;
}
