import { withDeadline } from '../../deadline.ts';
import {
  type DirectoryOperations,
  directoryRoomName,
} from '../../operations/directory-operations.ts';
import { call } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import { JobFailure } from '../outbox/job-failure.ts';
import type { OutboxJob } from '../outbox/outbox-job.ts';
import { callStore } from '../stores/call-store.ts';

type StoreJob = Extract<OutboxJob, { kind: 'directory-store' }>;

/** How long a job waits for the directory, in milliseconds. */
const DEADLINE_MS = 8_000;

/**
 * Tells the directory whether a shared store exists. The room of the store knows it, also if the
 * job is late.
 */
export async function tellOfStore(
  host: RoomHost,
  { namespace, store: id }: StoreJob,
): Promise<Result<unknown>> {
  const room = host.rooms()?.auth(directoryRoomName(namespace));
  if (!room) throw new JobFailure('no-room');
  const known = await callStore(host, id, 'store-state', {});
  if (!known.ok) return known;
  const { state } = known.value;
  if (state === 'unknown') return succeed({});
  const store = state === 'deleted' ? ({ id, is_deleted: true } as const) : { id };
  const told = call<DirectoryOperations, 'set-store'>(room, 'set-store', { store });
  return withDeadline(told, DEADLINE_MS);
}
