import { describe, expect, it } from 'vitest';
import { rankTest } from '../../helpers/requests/rank-test.ts';

const upTo = (count: number, value = (index: number) => index): number[] =>
  Array.from({ length: count }, (_, index) => value(index));

describe('the rank test', () => {
  it('is 0 for samples with the same distribution', () => {
    expect(rankTest(upTo(40), upTo(40))).toBe(0);
  });

  it('is the distance of U from its mean, in standard deviations', () => {
    // U = 18 and 9 of 36 pairs, with a mean of 18 and a variance of 39.
    expect(rankTest([1, 5, 6, 7, 8, 12], [2, 3, 4, 9, 10, 11])).toBeCloseTo(0, 9);
    expect(rankTest([1, 2, 3, 7, 8, 9], [4, 5, 6, 10, 11, 12])).toBeCloseTo(-9 / 39 ** 0.5, 9);
  });

  it('distinguishes samples of 40 if one ranks entirely above the other', () => {
    const [low, high] = [upTo(40), upTo(40, (index) => 40 + index)];
    expect(rankTest(high, low)).toBeGreaterThan(7);
    expect(rankTest(low, high)).toBeLessThan(-7);
  });

  it('ignores a few outliers', () => {
    const late = upTo(40, (index) => (index % 20 === 0 ? 1_000_000 : index));
    expect(Math.abs(rankTest(upTo(40), late))).toBeLessThan(1);
  });
});
