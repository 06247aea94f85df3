import { type HookOperations, hooksRoomName } from '../../../operations/hook-operations.ts';
import { call } from '../../../operations/room-calls.ts';
import type { Result } from '../../../protocol/errors.ts';
import type { EdgeContext } from '../../environment.ts';
import { readBody } from '../../request-body.ts';
import { HookChangeInput, NewHookInput } from '../../request-schemas.ts';
import { confirmation } from '../../session.ts';

/** `GET /admin/:namespace/hooks` */
export const listHooks = (context: EdgeContext): Promise<Result<unknown>> =>
  askHooksRoom(context, 'list-hooks', {});

/** `POST /admin/:namespace/hooks` */
export async function createHook(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, NewHookInput);
  return input.ok ? askHooksRoom(context, 'create-hook', input.value) : input;
}

/** `PATCH /admin/:namespace/hooks/:hook` */
export async function updateHook(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, HookChangeInput);
  if (!input.ok) return input;
  return askHooksRoom(context, 'update-hook', { id: hookIn(context), ...input.value });
}

/** `DELETE /admin/:namespace/hooks/:hook` */
export const deleteHook = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirmation(await askHooksRoom(context, 'delete-hook', { id: hookIn(context) }));

/** `GET /admin/:namespace/hooks/:hook/deliveries` */
export const listDeliveries = (context: EdgeContext): Promise<Result<unknown>> =>
  askHooksRoom(context, 'list-deliveries', { hook: hookIn(context) });

/** `POST /admin/:namespace/hooks/:hook/deliveries/:delivery/retry` */
export async function retryDelivery(context: EdgeContext): Promise<Result<unknown>> {
  const id = context.req.param('delivery') ?? '';
  return confirmation(await askHooksRoom(context, 'retry-delivery', { hook: hookIn(context), id }));
}

const hookIn = ({ req }: EdgeContext): string => req.param('hook') ?? '';

const askHooksRoom = <Name extends keyof HookOperations>(
  { env, req }: EdgeContext,
  name: Name,
  input: HookOperations[Name]['input'],
): Promise<Result<HookOperations[Name]['output']>> => {
  const room = env.rooms.auth(hooksRoomName(req.param('namespace') ?? ''));
  return call<HookOperations, Name>(room, name, input);
};
