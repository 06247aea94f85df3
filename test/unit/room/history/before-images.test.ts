import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextHeartbeat } from '../../../../src/document/heartbeat.ts';
import { StampTree } from '../../../../src/document/stamp-tree.ts';
import { DELETED } from '../../../../src/protocol/stamps.ts';
import {
  BeforeImages,
  putNoting,
  readImages,
} from '../../../../src/room/history/past/before-images.ts';

const HLCS = ['Nn1JUUV-----7JQY', 'Nn1JUUV----07JQY', 'Nn1JUUV----17JQY'] as const;
const CELL = { table: 't', row: 'r', id: 'c' };

it('keeps the first of several earlier contents of a cell', () => {
  const images = new BeforeImages();
  const tree = new StampTree();
  tree.put({ ...CELL, cell: 'first', hlc: HLCS[0] });
  putNoting(tree, { ...CELL, cell: 'second', hlc: HLCS[1] }, images);
  putNoting(tree, { ...CELL, cell: 'third', hlc: HLCS[2] }, images);
  expect([...images.all()]).toEqual([{ ...CELL, cell: 'first' }]);
});

it('notes a deletion for what was not there before', () => {
  const images = new BeforeImages();
  putNoting(new StampTree(), { ...CELL, cell: null, hlc: HLCS[0] }, images);
  expect(images.get(CELL)).toBe(DELETED);
});

it('notes nothing for stamps that are older, that repeat the content, or that are a heartbeat', () => {
  const images = new BeforeImages();
  const tree = new StampTree();
  tree.put({ ...CELL, cell: 'same', hlc: HLCS[1] });
  putNoting(tree, { ...CELL, cell: 'older', hlc: HLCS[0] }, images);
  putNoting(tree, { ...CELL, cell: 'same', hlc: HLCS[2] }, images);
  putNoting(tree, nextHeartbeat(tree, Date.now(), ''), images);
  expect(images.isEmpty).toBe(true);
  expect(tree.leaf(CELL)?.hlc).toBe(HLCS[2]);
});

const id = fc.constantFrom('a', '__proto__', '', 'x"y', 'ä🙂');
const cell = fc.constantFrom(
  '',
  'ä🙂',
  'x"y',
  0,
  -1.5,
  null,
  true,
  DELETED,
  '\uFFFD{"a":[1,null]}',
);
const place = fc.oneof(fc.record({ table: id, row: id }), fc.constant({ table: null, row: '' }));
const write = fc.tuple(place, id, cell).map(([place, id, cell]) => ({ ...place, id, cell }));

it('can be stored as text, whatever ids and contents are', () => {
  fc.assert(
    fc.property(fc.array(write), (writes) => {
      const images = new BeforeImages();
      images.addLater(writes);
      const read = readImages(images.text);
      expect(new Set(read.all())).toEqual(new Set(images.all()));
      expect(read.bytes).toBe(images.bytes);
    }),
  );
});
