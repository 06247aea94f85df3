import { expect, test } from 'vitest';
import { report } from '../../../bench/sync/report.ts';
import { Samples } from '../../../bench/sync/rounds.ts';
import type { Measurements } from '../../../bench/sync/scenario.ts';

/** The baseline, the ratio, the bound and the verdict of each row. */
function verdicts(measured: Measurements, relay: Measurements = {}): string[][] {
  const samples = new Samples();
  samples.add('ours', measured);
  samples.add('relay', relay);
  const [, ...rows] = report(samples).split('\n');
  return rows.map((row) => row.trim().split(/ {2,}/).slice(6));
}

test('a figure is compared with that of another server', () => {
  const [p50] = verdicts({ p50: 2 }, { p50: 1 });
  expect(p50).toEqual(['relay', '2', '<= 1.1', 'missed']);
});

test('a shared store is compared with a private one of the same server', () => {
  expect(verdicts({ sharedP50: 2.2, privateP50: 2, privateThroughput10: 5 })).toEqual([
    ['ours, private', '1.1', '<= 1.15', 'reached'],
  ]);
  expect(verdicts({ sharedThroughput10: 4, privateThroughput10: 5 })).toEqual([
    ['ours, private', '0.8', '>= 0.9', 'missed'],
  ]);
});

test('a figure without a baseline has a bound of its own', () => {
  expect(verdicts({ removal: 1_200 })).toEqual([['1,200', '<= 1000', 'missed']]);
});
