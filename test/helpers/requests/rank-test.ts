/**
 * By how many standard deviations the values of one sample rank above those of another: the
 * rank-sum test of Mann and Whitney (1947). Two samples of one distribution, of 20 values each or
 * more, come beyond 5 either way in less than one of a million cases. Only the order of the values
 * counts, so that a few very late ones weigh no more than others.
 */
export function rankTest(one: readonly number[], other: readonly number[]): number {
  let wins = 0;
  for (const value of one) {
    for (const rival of other) wins += value === rival ? 0.5 : Number(value > rival);
  }
  const pairs = one.length * other.length;
  return (wins - pairs / 2) / Math.sqrt((pairs * (one.length + other.length + 1)) / 12);
}
