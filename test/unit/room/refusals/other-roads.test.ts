import { createMergeableStore, type MergeableContent } from 'tinybase';
import { describe, expect, it } from 'vitest';
import { expectEqual, SharedRoom } from '../../../helpers/in-memory/rooms/shared-room.ts';

/** A room with an editor, who has written two cells. */
async function sharedList() {
  const room = await new SharedRoom(['vic']).start();
  const ed = await room.member('ed');
  ed.store.setCell('t', 'r', 'c', 'from ed').setValue('v', 'from ed');
  await room.settle();
  return { room, ed, content: ed.store.getMergeableContent() };
}

describe('a persister of a viewer', () => {
  it('gets back what the store has', async () => {
    const { room, ed, content } = await sharedList();
    const { writes } = room.storage;
    const { store } = await room.persister('vic');
    store.setCell('t', 'r', 'c', 'from vic').setCell('t', 'new', 'c', 'from vic');
    store.delValue('v').setValue('new', 'from vic');
    await room.settle();

    expect(store.getContent()).toEqual([{ t: { r: { c: 'from ed' } } }, { v: 'from ed' }]);
    expect(ed.store.getMergeableContent()).toEqual(content);
    expect(room.storage.writes).toBe(writes);
  });

  it('does not create the store with its first content', async () => {
    const room = await new SharedRoom(['vic']).start();
    const { store } = await room.persister('vic', [{ t: { r: { c: 'from vic' } } }, { v: 1 }]);

    expect(store.getContent()).toEqual([{}, {}]);
    expect(room.storage.dump()).not.toContain('from vic');
    const editors = await room.persister('ed', [{}, { v: 2 }]);
    expect([editors.store.getValues(), store.getValues()]).toEqual([{ v: 2 }, { v: 2 }]);
  });
});

describe('over HTTP', () => {
  it.each([
    ['PUT', '/store/tables/t/r/c', 'from vic'],
    ['PATCH', '/store', { values: { v: 'from vic' } }],
    ['DELETE', '/store/tables/t/r'],
    ['PUT', '/partykit-store', [{}, { v: 'from vic' }]],
  ])('%s %s of a viewer is forbidden', async (method, path, body?: unknown) => {
    const { room, ed, content } = await sharedList();
    const { writes } = room.storage;
    const response = await room.request('vic', method, path, body);
    await room.settle();

    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({
      ok: false,
      error: 'forbidden',
      message: 'viewers may not write to this store',
    });
    expect(ed.store.getMergeableContent()).toEqual(content);
    expect(room.storage.writes).toBe(writes);
    expect((await room.request('ed', method, path, body)).ok).toBe(true);
  });

  it('a viewer may read', async () => {
    const { room } = await sharedList();
    for (const path of ['/store', '/partykit-store', '/snapshot'])
      expect((await room.request('vic', 'GET', path)).status).toBe(200);
  });
});

describe('a manual sync of a viewer', () => {
  it('responds with the content and names the writes that it has not merged', async () => {
    const { room, ed, content } = await sharedList();
    const store = createMergeableStore();
    store.merge(ed.store);
    store.setCell('t', 'r', 'c', 'from vic').setValue('new', 'from vic');
    const { writes } = room.storage;
    const body = { mergeableContent: store.getMergeableContent() };
    const response = await room.request('vic', 'POST', '/manual-sync', body);
    const { mergeableContent, forbidden, refused } = (await response.json()) as {
      [name: string]: MergeableContent;
    };
    store.setMergeableContent(mergeableContent!);

    expect([forbidden, refused]).toEqual([[['t', 'r', 'c'], ['new']], undefined]);
    expect(room.storage.writes).toBe(writes);
    expectEqual(ed.store, store, (await room.member('vic', store)).store);
    expect(ed.store.getMergeableContent()).toEqual(content);
  });

  it('names no writes if there are none, and at most a thousand', async () => {
    const { room, content } = await sharedList();
    const sync = async (mergeableContent: unknown) => {
      const response = await room.request('vic', 'POST', '/manual-sync', { mergeableContent });
      return (await response.json()) as { forbidden?: unknown[] };
    };
    expect(await sync(content)).not.toHaveProperty('forbidden');
    const store = createMergeableStore();
    store.transaction(() => {
      for (let row = 0; row < 1001; row++) store.setCell('t', `${row}`, 'c', 1);
    });
    expect((await sync(store.getMergeableContent())).forbidden).toHaveLength(1000);
  });
});
