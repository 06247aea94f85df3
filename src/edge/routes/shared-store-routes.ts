import type { Result } from '../../protocol/errors.ts';
import type { EdgeContext } from '../environment.ts';
import { readBody } from '../request-body.ts';
import { AcceptanceInput, InvitationInput, NewStoreInput } from '../request-schemas.ts';
import { callWithSession, clientInfo } from '../session.ts';

/** Routes of shared stores that need the auth room of the session: lists and new members. */

/** `GET /:namespace/stores` */
export const listStores = (context: EdgeContext): Promise<Result<unknown>> =>
  callWithSession(context, 'list-stores', {});

/** `POST /:namespace/stores` */
export async function createStore(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, NewStoreInput);
  return input.ok ? callWithSession(context, 'create-store', input.value) : input;
}

/** `POST /:namespace/stores/:store/invitations` */
export async function createInvitation(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, InvitationInput);
  if (!input.ok) return input;
  const store = context.req.param('store') ?? '';
  const details = { ...input.value, store, client: clientInfo(context) };
  return callWithSession(context, 'invite', details);
}

/** `POST /:namespace/accept-invitation` */
export async function acceptInvitation(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, AcceptanceInput);
  return input.ok ? callWithSession(context, 'accept-invitation', input.value) : input;
}
