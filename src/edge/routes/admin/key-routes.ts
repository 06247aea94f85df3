import {
  OPERATOR_ROOM,
  type OperatorOperations,
} from '../../../operations/auth-room-operations.ts';
import { call } from '../../../operations/room-calls.ts';
import type { Result } from '../../../protocol/errors.ts';
import type { EdgeContext } from '../../environment.ts';
import { readBody } from '../../request-body.ts';
import { NewKeyInput } from '../../request-schemas.ts';
import { confirmation } from '../../session.ts';

/** The keys below OPERATOR_KEY: for backends, cron jobs and agents. */

/** `GET /admin/keys` */
export const listKeys = (context: EdgeContext): Promise<Result<unknown>> =>
  askOperatorRoom(context, 'list-keys', {});

/** `POST /admin/keys` */
export async function createKey(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, NewKeyInput);
  return input.ok ? askOperatorRoom(context, 'create-key', input.value) : input;
}

/** `DELETE /admin/keys/:key` */
export async function revokeKey(context: EdgeContext): Promise<Result<unknown>> {
  const id = context.req.param('key') ?? '';
  return confirmation(await askOperatorRoom(context, 'revoke-key', { id }));
}

const askOperatorRoom = <Name extends keyof OperatorOperations>(
  { env }: EdgeContext,
  name: Name,
  input: OperatorOperations[Name]['input'],
): Promise<Result<OperatorOperations[Name]['output']>> =>
  call<OperatorOperations, Name>(env.rooms.auth(OPERATOR_ROOM), name, input);
