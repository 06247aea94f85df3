import fc from 'fast-check';
import { createMergeableStore, type MergeableContent } from 'tinybase';
import { getHlcFunctions } from 'tinybase/common';
import { expect, it } from 'vitest';
import type { CellStamp } from '../../../src/document/cell-stamp.ts';
import { encodeMergeableContent } from '../../../src/document/codec/mergeable-content-encoder.ts';
import { StampTree } from '../../../src/document/stamp-tree.ts';
import { DELETED } from '../../../src/protocol/stamps.ts';

const [, , encodeHlc] = getHlcFunctions('someone');
const hlc = fc.nat(40).map((second) => encodeHlc(Date.UTC(2026, 0) + second * 1000, 0));
const date = fc.oneof(hlc, fc.constant(''));
const id = fc.constantFrom('a', 'b', '', '7', 'x"y');
const cell = fc.constantFrom(1, true, null, 'text', DELETED, DELETED);
const place = fc.oneof(
  fc.record({ table: id, row: id, containers: fc.tuple(date, date, date) }),
  fc.record({ table: fc.constant(null), row: fc.constant(''), containers: fc.tuple(date) }),
);
const edit: fc.Arbitrary<CellStamp> = fc
  .tuple(place, id, hlc, cell)
  .map(([place, id, hlc, cell]) => ({ ...place, id, hlc, cell }));
const edits = fc.array(edit, { maxLength: 30 });

/** TinyBase computes every hash of merged content, but takes the hashes of content that is set. */
function rehashed(content: MergeableContent): MergeableContent {
  const store = createMergeableStore();
  store.applyMergeableChanges(content);
  return store.getMergeableContent();
}

it('writes all live content with the hashes that TinyBase computes for it', () => {
  fc.assert(
    fc.property(edits, (edits) => {
      const tree = new StampTree();
      for (const edit of edits) tree.put(edit);
      const content = JSON.parse([...encodeMergeableContent(tree)].join('')) as MergeableContent;
      expect(content).toEqual(rehashed(content));
      const [[tables], [values]] = content;
      const rows = Object.values(tables).flatMap(([rows]) => Object.values(rows));
      const written = [...rows.map(([cells]) => cells), values].flatMap(Object.keys);
      const live = [...tree.all()].filter(({ cell }) => cell !== DELETED);
      expect(written.length).toBe(live.length);
    }),
  );
});

it('stays consistent if the tree changes between its chunks', () => {
  fc.assert(
    fc.property(edits, edits, (before, meanwhile) => {
      const tree = new StampTree();
      for (const edit of before) tree.put(edit);
      let text = '';
      for (const piece of encodeMergeableContent(tree)) {
        text += piece;
        const edit = meanwhile.shift();
        if (edit) tree.put(edit);
      }
      const content = JSON.parse(text) as MergeableContent;
      expect(content).toEqual(rehashed(content));
    }),
  );
});
