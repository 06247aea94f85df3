import { createMergeableStore, type MergeableContent, type MergeableStore } from 'tinybase';
import { describe, expect, it } from 'vitest';
import { MemoryRoom } from '../../../helpers/in-memory/rooms/memory-room.ts';

/** Syncs like the client of the API document. */
async function documentedSync(room: MemoryRoom, store: MergeableStore): Promise<Response> {
  const mergeableContent = store.getMergeableContent();
  const response = await room.post('/manual-sync', { mergeableContent });
  const result = (await response.clone().json()) as { mergeableContent: MergeableContent };
  if (response.ok) store.setMergeableContent(result.mergeableContent);
  return response;
}

describe('manual sync', () => {
  it('merges both ways, and sends the result to connected devices at once', async () => {
    const room = await new MemoryRoom().start();
    const ann = await room.connect();
    ann.store.setCell('t', 'r', 'server', 'x');
    await room.settle();
    const bob = createMergeableStore();
    bob.setTables({ t: { r: { mine: { deep: [1, null] } } } });

    const response = await documentedSync(room, bob);
    await room.settle();

    expect(Object.keys((await response.json()) as object)).toEqual([
      'success',
      'mergeableContent',
      'timestamp',
    ]);
    const merged = { t: { r: { server: 'x', mine: { deep: [1, null] } } } };
    expect(bob.getTables()).toEqual(merged);
    expect(ann.store.getTables()).toEqual(merged);
  });

  it('keeps deletions and nulls on every side', async () => {
    const room = await new MemoryRoom().start();
    const watching = await room.connect();
    const bob = await room.connect();
    bob.store.setTables({
      t: { r: { gone: 1, kept: 2, nothing: null, early: 3 }, s: { c: 1, d: 2 } },
    });
    bob.store.setValues({ gone: 1, nothing: null });
    bob.store.delCell('t', 'r', 'early');
    await room.settle();
    await bob.synchronizer.destroy();
    bob.store.delCell('t', 'r', 'gone');
    bob.store.delRow('t', 's');
    bob.store.delValue('gone');
    bob.store.setCell('t', 'new', 'nothing', null);

    await documentedSync(room, bob.store);
    await room.settle();
    const expected = [
      { t: { r: { kept: 2, nothing: null }, new: { nothing: null } } },
      { nothing: null },
    ];
    expect(bob.store.getContent()).toEqual(expected);
    expect(watching.store.getContent()).toEqual(expected);

    const again = await room.connect(bob.store);
    const fresh = await room.connect();
    expect(again.store.getContent()).toEqual(expected);
    expect(fresh.store.getContent()).toEqual(expected);
    expect(again.store.getMergeableContent()).toEqual(fresh.store.getMergeableContent());
    expect(watching.store.getMergeableContent()).toEqual(fresh.store.getMergeableContent());
  });

  it.each([
    '',
    '{',
    '[]',
    '{}',
    '{"mergeableContent":null}',
    '{"mergeableContent":[[{}],[{}]]}',
    '{"mergeableContent":[[{},"",0],[{"good":[1,"",0],"bad":[1,5,0]},"",0]]}',
  ])('refuses %j and changes nothing', async (body) => {
    const room = await new MemoryRoom().start();
    const response = await room.post('/manual-sync', body);

    expect(response.status).toBe(422);
    expect(room.storage.writes).toBe(0);
  });
});
