/**
 * Returns an exponentially growing delay in milliseconds: 0 before the first failure, `first` after
 * it, then twice the previous delay after each further failure in a row, up to `longest`.
 */
export const exponentialBackoff = (failures: number, first: number, longest: number): number =>
  failures < 1 ? 0 : Math.min(first * 2 ** (failures - 1), longest);
