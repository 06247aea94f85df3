import type { Handlers } from '../../operations/room-calls.ts';
import type { AccessOperations } from '../../operations/user-room-operations.ts';
import { NO_SUCH_STORE, succeed } from '../../protocol/errors.ts';
import type { SharedStore } from '../members/shared-store.ts';
import type { OperatorAccesses } from './operator-accesses.ts';

/** The operation that tells the users of a store what operators' keys have done with it. */
export const accessOperations = (
  shared: SharedStore,
  accesses: OperatorAccesses,
): Handlers<AccessOperations> => ({
  'list-operator-access': async (author) =>
    shared.roleOf(author) ? succeed({ accesses: await accesses.list() }) : NO_SUCH_STORE,
});
