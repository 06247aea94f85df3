import { expect, test } from 'vitest';
import { report, type Samples } from '../../../bench/reconnect/report.ts';
import { exponent } from '../../../bench/sync/statistics.ts';

test.each([
  { title: 'a constant', of: () => 7, is: 0 },
  { title: 'a proportional figure', of: (x: number) => 3 * x, is: 1 },
  { title: 'a figure that grows with the root', of: (x: number) => Math.sqrt(x), is: 0.5 },
  { title: 'a falling figure', of: (x: number) => 10 / x, is: -1 },
])('$title has the exponent $is', ({ of, is }) => {
  const points = [1_000, 8_000, 48_000].map((x) => [x, of(x)] as const);
  expect(exponent(points)).toBeCloseTo(is, 10);
});

test('one size has no exponent', () => {
  expect(
    exponent([
      [1_000, 5],
      [1_000, 6],
    ]),
  ).toBeNaN();
});

/** Three measurements of each of two sizes. The medians are 10 and 10 * factor. */
const samples = (factor: number): Samples<'ms'> =>
  new Map([
    [1_000, [{ ms: 9 }, { ms: 10 }, { ms: 50 }]],
    [10_000, [{ ms: 1 }, { ms: 10 * factor }, { ms: 900 }]],
  ]);

test('a report shows medians, ranges, and whether an exponent is small enough', () => {
  const columns = [{ title: 'ms', figure: 'ms', hasExponent: true, hasRange: true }] as const;
  const lines = report(columns, [
    { title: 'bounded', samples: samples(10), isBounded: true },
    { title: 'constant', samples: samples(1), isBounded: true },
    { title: 'other', samples: samples(10), isBounded: false },
  ]).split('\n');
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['rows', 'ms', 'least', 'most'],
    ['bounded', '1,000', '10', '9', '50'],
    ['10,000', '100', '1', '900'],
    ['exponent', '1.00 missed', '-0.95'],
    ['constant', '1,000', '10', '9', '50'],
    ['10,000', '10', '1', '900'],
    ['exponent', '0.00 reached', '-0.95'],
    ['other', '1,000', '10', '9', '50'],
    ['10,000', '100', '1', '900'],
    ['exponent', '1.00', '-0.95'],
  ]);
});
