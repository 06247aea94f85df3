import fc from 'fast-check';
import { applyPatch, type Operation } from 'rfc6902';
import { expect, it } from 'vitest';
import { applyJsonPatch } from '../../../../src/room/http/json-patch.ts';
import { isObject } from '../../../../src/room/http/parsed-content.ts';
import { StoreTransaction } from '../../../../src/room/http/store-transaction.ts';
import { filledTree, type Json } from '../../../helpers/in-memory/plain-tree.ts';

/** Applies a patch to a store; undefined if it is refused. */
function patched(content: Json, patch: unknown): unknown {
  const transaction = new StoreTransaction(filledTree(content));
  return applyJsonPatch(transaction, [], patch).ok ? transaction.read([]) : undefined;
}

/** The depth of a store's objects, under `tables` and under `values`. */
const DEPTH = { tables: 3, values: 1 };

/** Returns whether JSON is a valid store: cells and values at their depth, and nowhere else. */
function isStore(json: unknown): json is Json {
  if (!isObject(json) || Object.keys(json).sort().join() !== 'tables,values') return false;
  return isNested(json.tables, DEPTH.tables) && isNested(json.values, DEPTH.values);
}

const isNested = (json: unknown, depth: number): boolean =>
  depth === 0 ||
  (isObject(json) && Object.values(json).every((child) => isNested(child, depth - 1)));

/** A store has no empty rows and tables. */
function withoutEmpty(json: unknown, depth: number): unknown {
  if (depth === 0 || !isObject(json)) return json;
  const children = Object.entries(json).map(([id, child]) => [id, withoutEmpty(child, depth - 1)]);
  const isKept = ([, child]: unknown[]) => depth === 1 || Object.keys(child as object).length > 0;
  return Object.fromEntries(children.filter(isKept));
}

const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((id) => id.replaceAll('~1', '/').replaceAll('~0', '~'));

/** Creates the parents of an operation's target, as a store does. */
function makeParents(content: Json, { op, path }: Operation): void {
  if (op !== 'add' && op !== 'copy' && op !== 'move') return;
  let parent: Record<string, unknown> = content;
  for (const id of segmentsOf(path).slice(0, -1)) {
    parent[id] ??= {};
    if (!isObject(parent[id])) return;
    parent = parent[id];
  }
}

/** Returns whether a path is no deeper than a cell or a value. */
function isPath(pointer: string): boolean {
  const [kind, ...ids] = segmentsOf(pointer);
  return kind === undefined || ids.length <= DEPTH[kind as keyof typeof DEPTH];
}

const isWithin = ({ from, path }: { from: string; path: string }): boolean =>
  path.startsWith(`${from}/`);

/** Applies one operation with the reference library; undefined if it is refused. */
function applyByLibrary(before: Json, operation: Operation): Json | undefined {
  const paths = [operation.path, ...('from' in operation ? [operation.from] : [])];
  if (!paths.every(isPath)) return undefined;
  if (operation.op === 'move' && isWithin(operation)) return undefined;
  const content = structuredClone(before);
  makeParents(content, operation);
  // The library cannot replace the root.
  const holder: { store?: unknown } = { store: content };
  const inHolder = Object.entries(operation).map(([name, value]) =>
    name === 'path' || name === 'from' ? [name, `/store${value}`] : [name, value],
  );
  const [failure] = applyPatch(holder, [Object.fromEntries(inHolder) as Operation]);
  const { store = {} } = holder;
  // Tables and values always exist.
  const whole = isObject(store) ? { tables: {}, values: {}, ...store } : store;
  if (failure || !isStore(whole)) return undefined;
  return {
    tables: withoutEmpty(whole.tables, DEPTH.tables) as Json,
    values: whole.values as Json,
  };
}

const id = fc.constantFrom('a', 'b', '~0', '~1');
const cell = fc.constantFrom<unknown>(0, 1, 'x', null, true, [], [1, { a: 1 }], { a: 1, b: 2 });
const objectOf = <Child>(child: fc.Arbitrary<Child>, minKeys = 1) =>
  fc.dictionary(fc.constantFrom('a', 'b', '~', '/'), child, {
    minKeys,
    maxKeys: 2,
    noNullPrototype: true,
  });
const row = objectOf(cell);
const table = objectOf(row);
const content = fc.record(
  { tables: objectOf(table, 0), values: objectOf(cell, 0) },
  { noNullPrototype: true },
);
const pointer = fc.oneof(
  fc.array(id, { maxLength: 4 }).map((ids) => ['', 'tables', ...ids].join('/')),
  fc.array(id, { maxLength: 2 }).map((ids) => ['', 'values', ...ids].join('/')),
  { weight: 1, arbitrary: fc.constant('') },
);
const value = fc.oneof(cell, row, table, objectOf(table), content);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: pointer, value }),
  fc.record({ op: fc.constant('remove'), path: pointer }),
  fc.record({ op: fc.constantFrom('move', 'copy'), path: pointer, from: pointer }),
) as fc.Arbitrary<Operation>;

it('gives the result of another implementation of RFC 6902, or refuses what that refuses', () => {
  const counts = { done: 0, refused: 0 };
  fc.assert(
    fc.property(content, fc.array(operation, { minLength: 1, maxLength: 4 }), (before, patch) => {
      // If a value is copied into itself, the library would also copy the created parents.
      fc.pre(patch.every((operation) => operation.op !== 'copy' || !isWithin(operation)));
      let expected: Json | undefined = before;
      for (const operation of patch) expected = expected && applyByLibrary(expected, operation);
      expect(patched(before, patch)).toEqual(expected);
      counts[expected ? 'done' : 'refused']++;
    }),
    { numRuns: 1_500 },
  );
  expect(counts.done).toBeGreaterThan(150);
  expect(counts.refused).toBeGreaterThan(150);
});

const SOME = { tables: { t: { r: { c: 1, d: { deep: 2 } } } }, values: { v: 1 } };

it.each<[string, unknown, string]>([
  ['a move of a table into itself', { op: 'move', from: '/tables/t', path: '/tables/t/r' }, 'from'],
  [
    'a move of a row into itself',
    { op: 'move', from: '/tables/t/r', path: '/tables/t/r/c' },
    'from',
  ],
  ['a move of everything', { op: 'move', from: '', path: '/values/v' }, 'from'],
  ['a test without a value', { op: 'test', path: '/values/none' }, 'value'],
  ['an add without a value', { op: 'add', path: '/values/v' }, 'value'],
  ['a replace without a value at a missing path', { op: 'replace', path: '/values/w' }, 'value'],
  ['an unknown escape', { op: 'add', path: '/values/~2', value: 1 }, 'path'],
  ['half an escape', { op: 'add', path: '/values/v~', value: 1 }, 'path'],
  ['an unknown escape to copy from', { op: 'copy', from: '/values/~v', path: '/values/v' }, 'from'],
  ['a move without from', { op: 'move', path: '/values/v' }, 'from'],
  ['an operation in capitals', { op: 'ADD', path: '/values/v', value: 1 }, 'op'],
])('refuses %s and names the member', (_, operation, field) => {
  const refused = applyJsonPatch(new StoreTransaction(filledTree(SOME)), [], [operation]);
  expect(refused).toMatchObject({ ok: false, error: 'invalid_field', field });
});

it.each<[string, unknown, string | undefined]>([
  ['a move to the same path', { op: 'move', from: '/values/v', path: '/values/v' }, undefined],
  ['a copy into itself', { op: 'copy', from: '/tables/t', path: '/tables/t/s' }, undefined],
  ['a pointer into a cell', { op: 'test', path: '/tables/t/r/d/deep', value: 2 }, 'bad_request'],
  ['a pointer of a million parts', { op: 'remove', path: '/tables'.repeat(1e6) }, 'bad_request'],
  [
    'a test of 1 against 1.0',
    { op: 'test', path: '/values/v', value: JSON.parse('1.0') },
    undefined,
  ],
  ['a test of 1 against "1"', { op: 'test', path: '/values/v', value: '1' }, 'precondition_failed'],
])('answers %s as documented', (_, operation, error) => {
  const applied = applyJsonPatch(new StoreTransaction(filledTree(SOME)), [], [operation]);
  expect(applied.ok ? undefined : applied.error).toBe(error);
});

it('ignores the heartbeat if all values are tested', () => {
  const held = { ...SOME, values: { v: 1 } };
  for (const operation of [
    { op: 'test', path: '/values', value: { v: 1, heartbeat: 'long ago' } },
    { op: 'test', path: '', value: { ...held, values: { heartbeat: 'long ago', v: 1 } } },
  ]) {
    expect(applyJsonPatch(new StoreTransaction(filledTree(held)), [], [operation]).ok).toBe(true);
  }
});

it('refuses operations that together exceed the maximum size of a store', () => {
  const rows = Object.fromEntries(Array.from({ length: 2_000 }, (_, row) => [row, { c: row }]));
  const content = { tables: { t: rows, one: { r: { c: 'x'.repeat(100_000) } } }, values: {} };
  const copies = (from: string, to: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ op: 'copy', from, path: `${to}${index % 7}` }));
  for (const [patch, visits] of [
    [copies('/tables/t', '/tables/t', 100_000), 'many cells'],
    [copies('/tables/one/r/c', '/values/', 100_000), 'long cells'],
  ] as const) {
    const transaction = new StoreTransaction(filledTree(content));
    const applied = applyJsonPatch(transaction, [], patch);
    expect([visits, applied.ok ? 'ok' : applied.error]).toEqual([visits, 'payload_too_large']);
    // One operation may exceed the limit by its own size.
    expect(transaction.spent).toBeLessThan(35_000_000);
  }
  expect(
    applyJsonPatch(
      new StoreTransaction(filledTree(content)),
      [],
      copies('/tables/t', '/tables/t', 50),
    ).ok,
  ).toBe(true);
});
