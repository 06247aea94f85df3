import { expect, test } from 'vitest';
import { isSame, pathOfLeaf } from '../../../dashboard/data/leaf.ts';

test.each([
  [1, 1, true],
  [1, '1', false],
  [null, undefined, false],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: undefined }, { b: undefined }, false],
  [[1, 2], [2, 1], false],
  [[], {}, false],
])('%j and %j are the same content: %s', (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
  expect(isSame(other, one)).toBe(same);
});

test('cells and values have paths in the REST view', () => {
  expect(pathOfLeaf({ kind: 'value', value: 'v' })).toEqual(['values', 'v']);
  const cell = { kind: 'cell', table: 't', row: 'r', cell: 'c' } as const;
  expect(pathOfLeaf(cell)).toEqual(['tables', 't', 'r', 'c']);
});
