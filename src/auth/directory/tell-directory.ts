import { accountShard } from '../../account-shard.ts';
import { withDeadline } from '../../deadline.ts';
import {
  type DirectoryOperations,
  directoryRoomName,
  type ExistingAccount,
} from '../../operations/directory-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';
import { type Account, Accounts, operatedAccount } from '../accounts/accounts.ts';
import { JobFailure } from '../outbox/job-failure.ts';
import type { OutboxJob } from '../outbox/outbox-job.ts';

type DirectoryJob = Extract<OutboxJob, { kind: 'directory' }>;

/** How long a job waits for the directory, in milliseconds. */
const DEADLINE_MS = 8_000;

/**
 * The job after a change that the directory shows. It names the account only, so that nothing else
 * of a deleted one stays in the outbox.
 */
export const directoryJob = ({ namespace, id }: Account): DirectoryJob => ({
  kind: 'directory',
  namespace,
  account: id,
});

/** Tells the directory the present state of an account. */
export async function tellDirectory(
  host: RoomHost,
  { namespace, account: id }: DirectoryJob,
): Promise<Result<unknown>> {
  const room = host.rooms()?.auth(directoryRoomName(namespace));
  if (!room) throw new JobFailure('no-room');
  const account = await new Accounts(host.storage).get(id);
  const entry = account ? await existingAccount(account) : ({ id, is_deleted: true } as const);
  const told = call<DirectoryOperations, 'set-entry'>(room, 'set-entry', { entry });
  return withDeadline(told, DEADLINE_MS);
}

/** An account as the directory is told of it. */
export async function existingAccount(account: Account): Promise<ExistingAccount> {
  const { namespace, email, changes = 0 } = account;
  return {
    ...operatedAccount(account),
    shard: await accountShard(namespace, email),
    version: changes,
  };
}
