import { addressHash } from '../../../src/auth/accounts/accounts.ts';
import { NAMESPACE, uniqueEmail } from './users.ts';

/** Beyond this many standard deviations, chance is out of the question: one of a million cases. */
export const CERTAIN = 5;

/** What `accountShard` gives, without a promise for each of many addresses. */
const shardOf = (email: string): string => addressHash(NAMESPACE, email).slice(0, 3);

/** An address without an account, in the auth room of this account: one room is as warm as itself. */
export function neighbourOf(email: string): string {
  const shard = shardOf(email);
  for (;;) {
    const neighbour = uniqueEmail();
    if (shardOf(neighbour) === shard) return neighbour;
  }
}

/** In an order that follows nothing, so that whatever else the machine does slows both alike. */
export const shuffled = <Value>(values: Value[]): Value[] =>
  values
    .map((value) => ({ value, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);

/** Least, quartiles and greatest. */
export const spread = (times: number[], digits = 0): string => {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(digits);
  return `${[0, 0.25, 0.5, 0.75, 1].map(at).join(', ')} ms`;
};
