import type { UserOperations } from '../operations.ts';
import type { RoomHost } from '../platform.ts';
import { call } from '../rpc.ts';

/** Closes every socket of these sessions. */
export async function endSockets(
  host: RoomHost,
  durableObjectName: string,
  session_hashes: string[],
): Promise<void> {
  const room = host.rooms()?.user(durableObjectName);
  if (!room) throw new Error('no user room can be reached from here');
  const input = { session_hashes, close: 'sessionEnded' } as const;
  await call<UserOperations, 'end-sessions'>(room, 'end-sessions', input);
}
