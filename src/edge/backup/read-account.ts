import { withDeadline } from '../../deadline.ts';
import type { AccountBackupOperations } from '../../operations/backup-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomStub } from '../../platform.ts';
import type { AccountRecord } from '../../protocol/backup/records.ts';
import { DEADLINE_MS } from './walk.ts';

/** The record of an account, from its auth room; null if there is none. Throws if the room fails. */
export async function readAccount(room: RoomStub, id: string): Promise<AccountRecord | null> {
  const asked = call<AccountBackupOperations, 'back-up-account'>(room, 'back-up-account', { id });
  const answer = await withDeadline(asked, DEADLINE_MS);
  if (!answer.ok) throw new Error(answer.message);
  return answer.value.account;
}
