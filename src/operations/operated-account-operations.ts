import type { AccountDescription } from '../protocol/http-api/operator-accounts.ts';
import type { Membership } from '../protocol/membership.ts';
import type { ClientInfo } from './client-info.ts';

/** An account of an accounts room, and by whom the operation is done. */
export interface ByOperator {
  id: string;
  namespace: string;
  /** For the pseudonym in the log. */
  email: string;
  /** The name of the room. */
  shard: string;
  /** The id of the operator's key; null for OPERATOR_KEY. */
  key: string | null;
}

/** The operations of accounts rooms for whoever runs the service. The edge has checked the key. */
export interface OperatedAccountOperations {
  'describe-account': {
    input: ByOperator;
    output: Omit<AccountDescription, 'stores'> & { stores: Membership[] };
  };
  /** Keeps the account from signing in, ends its sessions and closes their sockets. */
  'disable-account': { input: ByOperator; output: { message: string } };
  'enable-account': { input: ByOperator; output: { message: string } };
  'end-account-sessions': { input: ByOperator; output: { message: string } };
  /** Mails a token that resets the password. `client` is the operator's. */
  'mail-account-reset': {
    input: ByOperator & { client: ClientInfo };
    output: { message: string };
  };
  'remove-account': { input: ByOperator; output: { message: string } };
}
