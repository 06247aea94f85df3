import type { MergeableStore, Row } from 'tinybase';
import { createMiddleware } from 'tinybase/middleware';
import { expect } from 'vitest';

/**
 * Scenarios from TinyBase's own tests of stores and synchronizers, run through a room. All of them
 * run at the same time on three devices of one user, each in its own table and value, to save time.
 */

const CLASH = 'both write in the same moment';

/** The view that one scenario has of a device's store: the rows of its table, and its value. */
export class ScenarioStore {
  constructor(
    readonly store: MergeableStore,
    readonly id: string,
  ) {}

  get rows(): unknown {
    return this.store.getTable(this.id);
  }

  get value(): unknown {
    return this.store.getValue(this.id);
  }

  set(row: string, cells: Row): this {
    this.store.setRow(this.id, row, cells);
    return this;
  }

  cell(row: string, id: string, cell: Row[string]): this {
    this.store.setCell(this.id, row, id, cell);
    return this;
  }
}

export interface Scenario {
  name: string;
  /** The edits of the first two devices before they connect. */
  first(one: ScenarioStore, two: ScenarioStore): void;
  /** The edits after they have connected. */
  next?(one: ScenarioStore, two: ScenarioStore): void;
  rows?: unknown;
  value?: unknown;
}

const deep = { list: [1, [2, { three: null }]], text: '', yes: true };

export const SCENARIOS: Scenario[] = [
  {
    name: 'sets a cell',
    first: (one) => one.cell('r', 'c', 1),
    rows: { r: { c: 1 } },
  },
  {
    name: 'sets a row, and another in place of it',
    first: (one) => one.set('r', { a: 1, b: 2 }),
    next: (_, two) => two.set('r', { b: 3 }),
    rows: { r: { b: 3 } },
  },
  {
    name: 'sets part of a row',
    first: (one) => one.set('r', { a: 1, b: 2 }),
    next: (_, two) => two.store.setPartialRow(two.id, 'r', { b: 3, c: 4 }),
    rows: { r: { a: 1, b: 3, c: 4 } },
  },
  {
    name: 'sets a table in place of another',
    first: (one) => one.store.setTable(one.id, { r: { c: 1 }, s: { c: 2 } }),
    next: (_, two) => two.store.setTable(two.id, { s: { c: 3 }, t: { c: 4 } }),
    rows: { s: { c: 3 }, t: { c: 4 } },
  },
  {
    name: 'adds rows on both devices',
    first: (one, two) => {
      for (const { store, id } of [one, two]) {
        store.setRow(id, store.addRow(id, { c: 1 })!, { c: 2 });
        store.delTable(id);
        store.addRow(id, { c: 3 }, false);
      }
    },
    next: (one) => one.store.delTable(one.id),
    rows: {},
  },
  {
    name: 'sets a cell by a function of what was there',
    first: (one) => one.cell('r', 'n', 1),
    next: (_, two) => two.store.setCell(two.id, 'r', 'n', (n) => (n as number) + 1),
    rows: { r: { n: 2 } },
  },
  {
    name: 'sets a value, and another in place of it',
    first: (one) => one.store.setValue(one.id, 1),
    next: (_, two) => two.store.setValue(two.id, 'two'),
    rows: {},
    value: 'two',
  },
  {
    name: 'deletes a cell',
    first: (one) => one.set('r', { a: 1, b: 2 }),
    next: (_, two) => two.store.delCell(two.id, 'r', 'a'),
    rows: { r: { b: 2 } },
  },
  {
    name: 'deletes the last cell of a row',
    first: (one) => one.set('r', { a: 1 }).set('s', { a: 1 }),
    next: (_, two) => two.store.delCell(two.id, 'r', 'a', true),
    rows: { s: { a: 1 } },
  },
  {
    name: 'deletes a row',
    first: (one) => one.set('r', { a: 1 }).set('s', { a: 2 }),
    next: (_, two) => two.store.delRow(two.id, 'r'),
    rows: { s: { a: 2 } },
  },
  {
    name: 'deletes a table',
    first: (one) => one.set('r', { a: 1 }).set('s', { a: 2 }),
    next: (_, two) => two.store.delTable(two.id),
    rows: {},
  },
  {
    name: 'deletes a value',
    first: (one) => one.store.setValue(one.id, 1),
    next: (_, two) => two.store.delValue(two.id),
  },
  {
    name: 'sets again what was deleted',
    first: (one) =>
      one.set('r', { a: 1 }).store.setValue(one.id, 1).delTable(one.id).delValue(one.id),
    next: (_, two) => two.set('r', { a: 2 }).store.setValue(two.id, 2),
    rows: { r: { a: 2 } },
    value: 2,
  },
  {
    name: 'carries what a transaction comes to',
    first: (one) =>
      one.store.transaction(() => {
        for (let n = 0; n < 10; n++) one.cell('r', 'n', n).cell(`${n}`, 'c', n);
        for (let n = 0; n < 9; n++) one.store.delRow(one.id, `${n}`);
      }),
    rows: { r: { n: 9 }, 9: { c: 9 } },
  },
  {
    name: 'carries nothing of a transaction that is rolled back',
    first: (one) => {
      one.cell('r', 'c', 1);
      one.store.transaction(
        () => one.cell('r', 'c', 2).cell('s', 'c', 3).store.setValue(one.id, 4),
        () => true,
      );
    },
    rows: { r: { c: 1 } },
  },
  {
    name: 'carries the last of many writes',
    first: (one) => {
      for (let n = 0; n <= 200; n++) one.cell('r', 'n', n);
    },
    next: (_, two) => two.cell('r', 'n', 0).cell('r', 'n', 200),
    rows: { r: { n: 200 } },
  },
  {
    name: 'carries nested objects and arrays',
    first: (one) => one.cell('r', 'deep', deep as never).store.setValue(one.id, [deep] as never),
    next: (_, two) => two.cell('r', 'empty', {}).cell('r', 'list', []),
    rows: { r: { deep, empty: {}, list: [] } },
    value: [deep],
  },
  {
    name: 'carries what looks like nothing',
    first: (one) => one.set('', { '': '', no: false, zero: 0, null: null }),
    next: (_, two) => two.store.setValue(two.id, ''),
    rows: { '': { '': '', no: false, zero: 0, null: null } },
    value: '',
  },
  {
    name: 'carries a null in place of something, and something in place of a null',
    first: (one) => one.set('r', { a: 1, b: null }),
    next: (_, two) => two.cell('r', 'a', null).cell('r', 'b', 1),
    rows: { r: { a: null, b: 1 } },
  },
  {
    name: 'takes the names of what objects inherit for ids',
    first: (one) => one.cell('__proto__', '__proto__', 1).cell('constructor', 'toString', 2),
    next: (_, two) => two.cell('__proto__', 'hasOwnProperty', 3),
    rows: JSON.parse(
      '{"__proto__":{"__proto__":1,"hasOwnProperty":3},"constructor":{"toString":2}}',
    ),
  },
  {
    name: 'carries emoji and halves of them',
    first: (one) => one.cell('👩‍👩‍👧', '🙂', '🏳️‍🌈').cell('cut', '\ud83d', 'x\ude42'),
    rows: { '👩‍👩‍👧': { '🙂': '🏳️‍🌈' }, cut: { '\ud83d': 'x\ude42' } },
  },
  {
    name: 'carries quotes, line ends and control characters',
    first: (one) => one.cell('a"b\\c', 'd\ne\tf', '"\\\r\n\0\u2028'),
    rows: { 'a"b\\c': { 'd\ne\tf': '"\\\r\n\0\u2028' } },
  },
  {
    name: 'carries numbers of every size',
    first: (one) => one.set('r', { a: 2 ** 53 - 1, b: 5e-324, c: -1.5, d: 1e308 }),
    rows: { r: { a: 2 ** 53 - 1, b: 5e-324, c: -1.5, d: 1e308 } },
  },
  {
    name: 'carries text of 100,000 characters',
    first: (one) => one.cell('r', 'c', 'ä🙂x'.repeat(25_000)),
    rows: { r: { c: 'ä🙂x'.repeat(25_000) } },
  },
  {
    name: 'carries 1,000 rows',
    first: (one) =>
      one.store.setTable(
        one.id,
        Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`${n}`, { n }])),
      ),
    next: (_, two) => {
      for (let n = 0; n < 999; n++) two.store.delRow(two.id, `${n}`);
    },
    rows: { 999: { n: 999 } },
  },
  {
    name: 'merges cells of one row that different devices set',
    first: (one, two) => {
      one.cell('r', 'a', 1);
      two.cell('r', 'b', 2);
    },
    rows: { r: { a: 1, b: 2 } },
  },
  {
    name: `ends with one of two cells where ${CLASH}`,
    first: (one, two) => {
      one.cell('r', 'c', 'from one');
      two.cell('r', 'c', 'from two');
    },
    rows: { r: { c: expect.stringMatching(/^from (one|two)$/) } },
  },
  {
    name: `ends with one of two values where ${CLASH}`,
    first: (one, two) => {
      one.store.setValue(one.id, 'from one');
      two.store.setValue(two.id, 'from two');
    },
    rows: {},
    value: expect.stringMatching(/^from (one|two)$/),
  },
  {
    name: 'keeps a cell that one device adds to a row that another deletes',
    first: (one) => one.set('r', { a: 1 }),
    next: (one, two) => {
      one.store.delRow(one.id, 'r');
      two.cell('r', 'b', 2);
    },
    rows: { r: { b: 2 } },
  },
  {
    name: 'keeps a row that one device adds to a table that another deletes',
    first: (one) => one.set('r', { a: 1 }),
    next: (one, two) => {
      one.store.delTable(one.id);
      two.set('s', { a: 2 });
    },
    rows: { s: { a: 2 } },
  },
  {
    name: 'keeps what two devices delete at once deleted',
    first: (one) => one.set('r', { a: 1 }).store.setValue(one.id, 1),
    next: (one, two) => {
      for (const { store, id } of [one, two]) store.delRow(id, 'r').delValue(id);
    },
    rows: {},
  },
  {
    name: 'is told of what a listener writes in answer to another device',
    first: (one, two) => {
      const answer = () => two.cell('answer', 'c', 42);
      two.store.addCellListener(two.id, 'question', 'c', answer, true);
      one.cell('question', 'c', '?');
    },
    rows: { question: { c: '?' }, answer: { c: 42 } },
  },
  {
    name: 'spreads what the middleware of one device makes of a change of another',
    first: (one, two) => {
      createMiddleware(two.store).addWillSetCellCallback((table, _, __, cell) =>
        table === two.id && typeof cell === 'string' ? cell.trim() : cell,
      );
      one.cell('r', 'c', '  untidy ');
    },
    next: (_, two) => two.cell('s', 'c', ' mine '),
    rows: { r: { c: 'untidy' }, s: { c: 'mine' } },
  },
];
