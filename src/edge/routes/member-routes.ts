import { call } from '../../operations/room-calls.ts';
import type {
  ByMember,
  InvitationOperations,
  MemberOperations,
} from '../../operations/user-room-operations.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import type { EdgeContext } from '../environment.ts';
import { readBody } from '../request-body.ts';
import { RenamingInput, RoleChangeInput } from '../request-schemas.ts';
import { authenticate } from '../session.ts';
import { sharedStoreAccess } from '../store-access.ts';

/** Routes of shared stores that the store's room answers: the store, its members and invitations. */

type Operations = MemberOperations & InvitationOperations;

/** `GET /:namespace/stores/:store` */
export const describeStore = (context: EdgeContext): Promise<Result<unknown>> =>
  callAsMember(context, 'describe-store', {});

/** `PATCH /:namespace/stores/:store` */
export async function renameStore(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, RenamingInput);
  return input.ok ? callAsMember(context, 'rename-store', input.value) : input;
}

/** `DELETE /:namespace/stores/:store` */
export const deleteStore = async (context: EdgeContext): Promise<Result<unknown>> =>
  confirm(await callAsMember(context, 'delete-store', {}), 'Store deleted');

/** `GET /:namespace/stores/:store/members` */
export const listMembers = (context: EdgeContext): Promise<Result<unknown>> =>
  callAsMember(context, 'list-members', {});

/** `PATCH /:namespace/stores/:store/members/:member` */
export async function setRole(context: EdgeContext): Promise<Result<unknown>> {
  const input = await readBody(context, RoleChangeInput);
  const account = context.req.param('member') ?? '';
  return input.ok ? callAsMember(context, 'set-role', { ...input.value, account }) : input;
}

/** `DELETE /:namespace/stores/:store/members/:member` */
export async function removeMember(context: EdgeContext): Promise<Result<unknown>> {
  const account = context.req.param('member') ?? '';
  return confirm(await callAsMember(context, 'remove-member', { account }), 'Member removed');
}

/** `GET /:namespace/stores/:store/invitations` */
export const listInvitations = (context: EdgeContext): Promise<Result<unknown>> =>
  callAsMember(context, 'list-invitations', {});

/** `DELETE /:namespace/stores/:store/invitations/:invitation` */
export async function revokeInvitation(context: EdgeContext): Promise<Result<unknown>> {
  const id = context.req.param('invitation') ?? '';
  return confirm(await callAsMember(context, 'revoke-invitation', { id }), 'Invitation revoked');
}

/** Calls an operation of the store's room as the account of the session. */
async function callAsMember<Name extends keyof Operations>(
  context: EdgeContext,
  name: Name,
  details: Omit<Operations[Name]['input'], keyof ByMember>,
): Promise<Result<Operations[Name]['output']>> {
  const access = sharedStoreAccess(context, await authenticate(context));
  if (!access.ok) return access;
  const { room, member } = access.value;
  return call<Operations, Name>(room, name, { ...details, member });
}

const confirm = (done: Result<unknown>, message: string): Result<unknown> =>
  done.ok ? succeed({ success: true, message }) : done;
