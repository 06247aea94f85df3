import { withDeadline } from '../../deadline.ts';
import { call } from '../../operations/room-calls.ts';
import type { SharedStoreOperations } from '../../operations/user-room-operations.ts';
import type { RoomHost } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';

/** How long a request waits for the room of a store, in milliseconds. */
const DEADLINE_MS = 8_000;

/** Calls an operation of the room of a shared store. Throws if the room does not answer in 8 s. */
export function callStore<Name extends keyof SharedStoreOperations>(
  host: RoomHost,
  store: string,
  name: Name,
  input: SharedStoreOperations[Name]['input'],
): Promise<Result<SharedStoreOperations[Name]['output']>> {
  const room = host.rooms()?.user(store);
  if (!room) throw new Error('no room of a store can be reached from here');
  return withDeadline(call<SharedStoreOperations, Name>(room, name, input), DEADLINE_MS);
}
