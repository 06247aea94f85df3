import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CellStamp } from '../../../src/document/cell-stamp.ts';
import { encodePlainChange } from '../../../src/document/codec/change-encoder.ts';
import { DELETED } from '../../../src/protocol/stamps.ts';

const id = fc.constantFrom('a', 'b', '7', '', '__proto__', 'x"y', '\uD800');
const place = fc.oneof(
  fc.record({ table: id, row: id, containers: fc.constantFrom(undefined, ['', 'older', '']) }),
  fc.record({ table: fc.constant(null), row: fc.constant('') }),
);
const edit: fc.Arbitrary<CellStamp> = fc
  .tuple(place, id, fc.constantFrom('', 'Nn1JUUk-----7JQY'), fc.constantFrom('text', null, DELETED))
  .map(([place, id, hlc, cell]) => ({ ...place, id, hlc, cell }));
const edits = fc.uniqueArray(edit, { selector: pathOf, comparator: 'IsStrictlyEqual' });

function pathOf({ table, row, id }: CellStamp): string {
  return JSON.stringify(table === null ? [1, id] : [0, table, row, id]);
}

/** Every cell and value in the JSON of `[tables, values, 1]`, by its path. */
function* leavesOf(json: unknown, path: unknown[] = []): Generator<[string, unknown]> {
  const isTree = typeof json === 'object' && json !== null;
  if (!isTree) return yield [JSON.stringify(path), json];
  for (const [id, child] of Object.entries(json)) {
    yield* leavesOf(child, [...path, path.length > 0 ? id : Number(id)]);
  }
}

it('encodes the cells, values and deletions of a change, in any order of their stamps', () => {
  fc.assert(
    fc.property(edits, (edits) => {
      const leaves = new Map(leavesOf(JSON.parse(encodePlainChange(edits))));
      const expected = new Map<string, unknown>(edits.map((edit) => [pathOf(edit), edit.cell]));
      expect(leaves).toEqual(expected.set('[2]', 1));
    }),
  );
});
