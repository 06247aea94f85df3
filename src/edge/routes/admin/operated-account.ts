import type { AccountsRoomOperations } from '../../../operations/auth-room-operations.ts';
import {
  type DirectoryOperations,
  directoryRoomName,
} from '../../../operations/directory-operations.ts';
import type {
  ByOperator,
  OperatedAccountOperations,
} from '../../../operations/operated-account-operations.ts';
import { call } from '../../../operations/room-calls.ts';
import type { Result } from '../../../protocol/errors.ts';
import type { EdgeContext } from '../../environment.ts';

type Name = keyof OperatedAccountOperations;
type Details<Called extends Name> = Omit<
  OperatedAccountOperations[Called]['input'],
  keyof ByOperator
>;

/** Calls the directory of the namespace in the path. */
export const askDirectory = <Called extends keyof DirectoryOperations>(
  { env }: EdgeContext,
  namespace: string,
  name: Called,
  input: DirectoryOperations[Called]['input'],
): Promise<Result<DirectoryOperations[Called]['output']>> =>
  call<DirectoryOperations, Called>(env.rooms.auth(directoryRoomName(namespace)), name, input);

/**
 * Calls an operation of the auth room of the account in the path. The directory knows which room
 * that is, so an account that it does not list yet is not found.
 */
export async function operateOnAccount<Called extends Name>(
  context: EdgeContext,
  name: Called,
  details: Details<Called>,
): Promise<Result<OperatedAccountOperations[Called]['output']>> {
  const { env, req } = context;
  const namespace = req.param('namespace') ?? '';
  const id = req.param('account') ?? '';
  const found = await askDirectory(context, namespace, 'find-account', { id });
  if (!found.ok) return found;
  const { shard, email } = found.value;
  const { key } = context.get('operator');
  return call<AccountsRoomOperations, Called>(env.rooms.auth(shard), name, {
    ...details,
    ...{ id, namespace, email, shard, key },
  });
}
