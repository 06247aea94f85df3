/**
 * Returns the rank-sum statistic of Mann and Whitney (1947) in standard deviations: how much higher
 * one sample ranks than the other. For two samples of 20 or more values from one distribution, it
 * exceeds 5 in either direction in less than one of a million cases. It depends only on ranks, so
 * outliers count no more than other values.
 */
export function rankTest(one: readonly number[], other: readonly number[]): number {
  let wins = 0;
  for (const value of one) {
    for (const rival of other) wins += value === rival ? 0.5 : Number(value > rival);
  }
  const pairs = one.length * other.length;
  return (wins - pairs / 2) / Math.sqrt((pairs * (one.length + other.length + 1)) / 12);
}
