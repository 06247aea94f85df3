import type { ProvenMember } from '../../operations/proven-access.ts';
import type { Account } from '../accounts/accounts.ts';

/** The account, as the rooms of stores know it. `shard` is its auth room. */
export const memberOf = ({ id, email, namespace }: Account, shard: string): ProvenMember => ({
  account: id,
  email,
  namespace,
  shard,
});
