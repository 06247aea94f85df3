import { addressHash } from '../../../src/auth/accounts/accounts.ts';
import { NAMESPACE, uniqueEmail } from './users.ts';

/**
 * The bound for the rank test, in standard deviations: chance exceeds it in one of a million cases.
 */
export const MAX_DEVIATIONS = 5;

/** The same as `accountShard`, but synchronous, so that many addresses are fast to try. */
const shardOf = (email: string): string => addressHash(NAMESPACE, email).slice(0, 3);

/**
 * Returns an address without an account in the same auth room, so that the room is equally warm.
 */
export function unknownInSameRoom(email: string): string {
  const shard = shardOf(email);
  for (;;) {
    const neighbour = uniqueEmail();
    if (shardOf(neighbour) === shard) return neighbour;
  }
}

/** Shuffles the tries, so that the machine's other load affects both kinds equally. */
export const shuffled = <Value>(values: Value[]): Value[] =>
  values
    .map((value) => ({ value, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);

/** Formats minimum, quartiles and maximum. */
export const formatQuartiles = (times: number[], digits = 0): string => {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(digits);
  return `${[0, 0.25, 0.5, 0.75, 1].map(at).join(', ')} ms`;
};
