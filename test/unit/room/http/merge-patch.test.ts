import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyMergePatch } from '../../../../src/room/http/merge-patch.ts';
import { isObject } from '../../../../src/room/http/parsed-content.ts';
import { StoreTransaction } from '../../../../src/room/http/store-transaction.ts';
import { filledTree, type Json } from '../../../helpers/in-memory/plain-tree.ts';

/** The function in section 2 of RFC 7396, verbatim. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

function patched(content: Json, path: string[], patch: unknown) {
  const transaction = new StoreTransaction(filledTree(content));
  const applied = applyMergePatch(transaction, path, patch);
  return applied.ok ? transaction.read([]) : applied.error;
}

/** The examples in appendix A of RFC 7396. */
it.each<[unknown, unknown, unknown]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merges within a cell: %j and %j make %j', (cell, patch, expected) => {
  const content = { tables: { t: { r: { c: cell } } }, values: {} };
  const made = { tables: { t: { r: { c: expected } } }, values: {} };
  expect(patched(content, ['tables', 't', 'r', 'c'], patch)).toEqual(made);
});

const id = fc.constantFrom('a', 'b');
const objectOf = <Child>(child: fc.Arbitrary<Child>) =>
  fc.dictionary(id, child, { maxKeys: 2, noNullPrototype: true });
const cell: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(1, 'x', [null]),
  objectOf(
    fc.oneof(fc.constantFrom<unknown>(2, null), objectOf(fc.constantFrom<unknown>(3, null))),
  ),
);
const orNull = <Child>(child: fc.Arbitrary<Child>) => fc.option(child, { freq: 3 });
const store = (wrap: <Child>(child: fc.Arbitrary<Child>) => fc.Arbitrary<unknown>) =>
  fc.record(
    {
      tables: wrap(objectOf(wrap(objectOf(wrap(objectOf(wrap(cell))))))),
      values: wrap(objectOf(wrap(cell))),
    },
    { noNullPrototype: true },
  );

/** A store has no empty rows and tables, but always tables and values. */
function tidied(json: unknown): unknown {
  const { tables, values } = json as Partial<Record<'tables' | 'values', Json>>;
  const kept = (parent: unknown, depth: number): Json =>
    Object.fromEntries(
      Object.entries((parent ?? {}) as Json)
        .map(([id, child]) => [id, depth > 0 ? kept(child, depth - 1) : child] as const)
        .filter(([, child]) => depth === 0 || Object.keys(child as Json).length > 0),
    );
  return { tables: kept(tables, 2), values: kept(values, 0) };
}

it('changes a store as RFC 7396 changes JSON', () => {
  fc.assert(
    fc.property(
      store((child) => child),
      store(orNull),
      (before, patch) => {
        const content = before as Json;
        expect(patched(content, [], patch)).toEqual(tidied(mergePatch(content, patch)));
      },
    ),
    { numRuns: 1_000 },
  );
});

it('refuses a result that is not a store, and ignores the heartbeat', () => {
  const content = { tables: { t: { r: { c: 1 } } }, values: { v: 1 } };
  expect(patched(content, [], { tables: { t: 5 } })).toBe('invalid_field');
  expect(patched(content, [], null)).toBe('invalid_field');
  expect(patched(content, [], { table: null })).toBe('invalid_field');
  expect(patched(content, ['tables', 't'], [])).toBe('invalid_field');
  expect(patched(content, ['values'], { heartbeat: null, v: null })).toEqual({
    ...content,
    values: {},
  });
  expect(patched(content, ['values', 'heartbeat'], 1)).toBe('forbidden');
});

it('treats special names like any other', () => {
  const content = { tables: {}, values: { v: { kept: 1 } } };
  const patch = JSON.parse('{"v":{"__proto__":{"x":1},"constructor":{"y":2}}}') as unknown;
  const { values } = patched(content, ['values'], patch) as { values: Json };
  expect(JSON.stringify(values)).toBe('{"v":{"kept":1,"__proto__":{"x":1},"constructor":{"y":2}}}');
});
