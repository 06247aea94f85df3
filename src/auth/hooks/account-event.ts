import { withDeadline } from '../../deadline.ts';
import { type HookOperations, hooksRoomName } from '../../operations/hook-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { Config, RoomHost } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';
import type { AccountEventType } from '../../protocol/http-api/hooks.ts';
import type { Account } from '../accounts/accounts.ts';
import { isoTime } from '../iso-time.ts';
import { JobFailure } from '../outbox/job-failure.ts';
import type { PostJob } from '../outbox/outbox.ts';
import type { OutboxJob } from '../outbox/outbox-job.ts';

type EventJob = Extract<OutboxJob, { kind: 'account-event' }>;

/** How long a job waits for the hooks room, in milliseconds. */
const DEADLINE_MS = 8_000;

/**
 * Posts what the hooks of a namespace are told of an account: its ids only. Without OPERATOR_KEY
 * there are no hooks. Without a `type`, the job tells nothing but takes as long.
 */
export function postAccountEvent(
  post: PostJob,
  { OPERATOR_KEY }: Config,
  { id, namespace }: Pick<Account, 'id' | 'namespace'>,
  type: AccountEventType | undefined,
): void {
  if (OPERATOR_KEY === undefined) return;
  const timestamp = isoTime(Date.now());
  post({ kind: 'account-event', namespace, account: id, timestamp, ...(type && { type }) });
}

/** Tells the hooks room of an event. `jobId` makes it the same event if it is told again. */
export function tellAccountEvent(
  host: RoomHost,
  { type, timestamp, namespace, account }: EventJob,
  jobId: string,
): Promise<Result<unknown>> {
  const room = host.rooms()?.auth(hooksRoomName(namespace));
  if (!room) throw new JobFailure('no-room');
  const told = type
    ? call<HookOperations, 'account-event'>(room, 'account-event', {
        id: `msg_${jobId}`,
        ...{ type, timestamp, namespace, account },
      })
    : call<HookOperations, 'change-interest'>(room, 'change-interest', {});
  return withDeadline<Result<unknown>>(told, DEADLINE_MS);
}
