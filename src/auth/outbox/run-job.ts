import { withDeadline } from '../../deadline.ts';
import { deliverableAddress } from '../../email-address.ts';
import { call } from '../../operations/room-calls.ts';
import type {
  StoresNewsOperations,
  UserOperations,
  UserRemoval,
} from '../../operations/user-room-operations.ts';
import type { RoomHost } from '../../platform.ts';
import type { Result } from '../../protocol/errors.ts';
import { Accounts } from '../accounts/accounts.ts';
import { tellDirectory } from '../directory/tell-directory.ts';
import { tellOfStore } from '../directory/tell-of-store.ts';
import { tellAccountEvent } from '../hooks/account-event.ts';
import { isoTime } from '../iso-time.ts';
import type { InvitationMail, Mail, SendMail } from '../mail/mail.ts';
import { MailTokens, type Recipient } from '../mail/mail-tokens.ts';
import { callStore } from '../stores/call-store.ts';
import { createStore } from '../stores/create-store.ts';
import { invitationMail } from '../stores/invitation-mail.ts';
import { JobFailure } from './job-failure.ts';
import type { RunJob } from './outbox.ts';
import type { OutboxJob } from './outbox-job.ts';

type JobOf<Kind extends OutboxJob['kind']> = Extract<OutboxJob, { kind: Kind }>;
type Follow = (following: OutboxJob) => void;

/** How long a job waits for a user room. The alarm retries a job that takes longer. */
const ROOM_DEADLINE = 8_000;

/** Returns the function that runs a job of the outbox, or throws. `id` is the id of the job. */
export function jobRunner(
  host: RoomHost,
  mailKey: Uint8Array,
  sendMail: SendMail | undefined,
): RunJob {
  return async (job, id, follow) => {
    switch (job.kind) {
      case 'end-sessions':
        return notifyUserRoom(host, job.user, 'end-sessions', {
          session_hashes: job.session_hashes,
          // Jobs of earlier versions have none.
          close: job.close ?? 'sessionEnded',
        });
      case 'renew-session': {
        const { session_hash, expires_at } = job;
        return notifyUserRoom(host, job.user, 'renew-session', { session_hash, expires_at });
      }
      case 'destroy':
        return notifyUserRoom(host, job.user, 'destroy', {});
      case 'mail':
        return sendMailTo(job, id);
      case 'invitation-mail': {
        const mail = await invitationMail(host.storage, mailKey, job);
        return mail && send(mail, id);
      }
      case 'create-store':
        return beginStore(job, follow);
      case 'leave-store':
        return leaveStore(job, follow);
      case 'stores-changed':
        return notifyUserRoom(host, job.user, 'stores-changed', {});
      case 'directory':
        return void (await expectDone(tellDirectory(host, job)));
      case 'directory-store':
        return void (await expectDone(tellOfStore(host, job)));
      case 'account-event':
        return void (await expectDone(tellAccountEvent(host, job, id)));
      default:
        // A newer version has posted this job and will run it after the next deployment.
        throw new JobFailure('unknown-kind');
    }
  };

  async function beginStore(job: JobOf<'create-store'>, follow: Follow): Promise<void> {
    const owner = await expectDone(createStore(host, job));
    if (!owner) return;
    follow({ kind: 'directory-store', namespace: owner.namespace, store: job.store });
  }

  async function leaveStore(
    { store, account, namespace }: JobOf<'leave-store'>,
    follow: Follow,
  ): Promise<void> {
    const left = await expectDone(callStore(host, store, 'remove-account', { account }));
    // Jobs of earlier versions do not have the namespace.
    if (!left.is_deleted || namespace === undefined) return;
    follow({ kind: 'directory-store', namespace, store });
  }

  async function sendMailTo(recipient: Recipient, mailId: string): Promise<void> {
    const account = await new Accounts(host.storage).get(recipient.account);
    if (!account) return;
    const current = await host.storage.transaction((transaction) =>
      new MailTokens(transaction, mailKey).current(recipient, mailId),
    );
    if (!current) return;
    const { purpose } = recipient;
    const { namespace, email } = account;
    const { token } = current;
    const expires_at = isoTime(current.expires_at);
    await send({ purpose, namespace, to: deliverableAddress(email), token, expires_at }, mailId);
  }

  function send(mail: Mail | InvitationMail, mailId: string): Promise<void> {
    if (!sendMail) throw new JobFailure('no-mail');
    return sendMail(mail, mailId);
  }
}

type UserRoomOperations = UserOperations & UserRemoval & StoresNewsOperations;

async function notifyUserRoom<Name extends keyof UserRoomOperations>(
  host: RoomHost,
  name: string,
  operation: Name,
  input: UserRoomOperations[Name]['input'],
): Promise<void> {
  const room = host.rooms()?.user(name);
  if (!room) throw new JobFailure('no-room');
  await expectDone(
    withDeadline(call<UserRoomOperations, Name>(room, operation, input), ROOM_DEADLINE),
  );
}

async function expectDone<Value>(calling: Promise<Result<Value>>): Promise<Value> {
  const result = await calling;
  if (!result.ok) throw new JobFailure(`refused-${result.error}`);
  return result.value;
}
