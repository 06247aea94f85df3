import type { AccountDescription } from '../protocol/http-api/operator-accounts.ts';
import type { Membership } from '../protocol/membership.ts';

/** An account of an accounts room, and by whom the operation is done. */
export interface ByOperator {
  id: string;
  namespace: string;
  /** For the pseudonym in the log. */
  email: string;
  /** The id of the operator's key; null for OPERATOR_KEY. */
  key: string | null;
}

/** The operations of accounts rooms for whoever runs the service. The edge has checked the key. */
export interface OperatedAccountOperations {
  'describe-account': {
    input: ByOperator;
    output: Omit<AccountDescription, 'stores'> & { stores: Membership[] };
  };
}
