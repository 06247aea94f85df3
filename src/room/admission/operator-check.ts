import { withDeadline } from '../../deadline.ts';
import { OPERATOR_ROOM, type OperatorOperations } from '../../operations/auth-room-operations.ts';
import type { OwnAccountsOperations } from '../../operations/directory-operations.ts';
import type { OperatorWriter, ProvenOperator } from '../../operations/proven-access.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost, Rooms } from '../../platform.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';

/** Milliseconds for which the edge's check of a key counts. */
const PROOF_HOLDS = 1_000;

/** Milliseconds that an auth room may take to answer. */
const ANSWER = 8_000;

const UNREACHABLE = fail('overloaded', 'the key cannot be checked now; try again', {
  retryAfter: 1,
});
const NO_ACCOUNT = fail('not_found', 'there is no account with this id');

/**
 * Checks the key of a request again after its body is read: the body may take long, and the key may
 * be revoked meanwhile. Also asks the auth room for the account, because the directory may not know
 * yet that it was deleted, and nothing may be written for it after that.
 */
export async function operatorHolds(
  host: RoomHost,
  { operator, proven_at }: OperatorWriter,
): Promise<Result<void>> {
  const isFresh = Math.abs(Date.now() - proven_at) < PROOF_HOLDS;
  const rooms = host.rooms();
  // On PartyKit a room that an alarm woke may reach no others.
  if (!rooms) return isFresh ? succeed(undefined) : UNREACHABLE;
  const [keyed, existing] = await withDeadline(
    Promise.all([
      isFresh ? succeed({}) : recheckKey(rooms, operator),
      findAccount(rooms, operator),
    ]),
    ANSWER,
  );
  if (!keyed.ok) return keyed;
  return existing.ok ? succeed(undefined) : existing;
}

/** OPERATOR_KEY changes only with a deployment. */
async function recheckKey(rooms: Rooms, { key: id }: ProvenOperator): Promise<Result<unknown>> {
  if (id === null) return succeed({});
  const room = rooms.auth(OPERATOR_ROOM);
  return call<OperatorOperations, 'recheck-key'>(room, 'recheck-key', { id });
}

async function findAccount(rooms: Rooms, { account }: ProvenOperator): Promise<Result<unknown>> {
  if (!account) return succeed({});
  const absent = await call<OwnAccountsOperations, 'find-absent-accounts'>(
    rooms.auth(account.shard),
    'find-absent-accounts',
    { ids: [account.id] },
  );
  return absent.ok && absent.value.ids.length > 0 ? NO_ACCOUNT : absent;
}
