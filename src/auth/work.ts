import { withDeadline } from '../deadline.ts';
import type { UserOperations, UserRemoval } from '../operations.ts';
import type { RoomHost } from '../platform.ts';
import { accountShard } from '../protocol/account-shard.ts';
import { deliverableAddress } from '../protocol/address.ts';
import { call } from '../rpc.ts';
import { Accounts } from './accounts.ts';
import { isoTime } from './iso-time.ts';
import type { MailPurpose, SendMail } from './mail.ts';
import { MailTokens } from './mail-tokens.ts';
import type { Work } from './outbox.ts';
import { WorkFailure } from './work-failure.ts';

/** How long an answer waits for a user room; what takes longer is tried again by the alarm. */
const ROOM_DEADLINE = 8_000;

/** Does the work of an outbox, or throws. `id` names the piece of work. */
export function performWork(
  host: RoomHost,
  mailKey: Uint8Array,
  sendMail: SendMail | undefined,
): (work: Work, id: string) => Promise<void> {
  return async (work, id) => {
    switch (work.kind) {
      case 'end-sessions':
        return tellUserRoom(host, work.user, 'end-sessions', {
          session_hashes: work.session_hashes,
          close: 'sessionEnded',
        });
      case 'renew-session': {
        const { session_hash, expires_at } = work;
        return tellUserRoom(host, work.user, 'renew-session', { session_hash, expires_at });
      }
      case 'destroy':
        return tellUserRoom(host, work.user, 'destroy', {});
      case 'mail':
        return mail(work.account, work.purpose, id);
      case 'nothing':
        return;
      default:
        // A newer version has posted it, and will do it once it is back.
        throw new WorkFailure('unknown-kind');
    }
  };

  async function mail(id: string, purpose: MailPurpose, mailId: string): Promise<void> {
    const account = await new Accounts(host.storage).get(id);
    if (!account) return;
    const { namespace, email } = account;
    const recipient = { account: id, purpose, shard: await accountShard(namespace, email) };
    const current = await host.storage.transaction((transaction) =>
      new MailTokens(transaction, mailKey).current(recipient, mailId),
    );
    if (!current) return;
    if (!sendMail) throw new WorkFailure('no-mail');
    const { token } = current;
    const expires_at = isoTime(current.expires_at);
    await sendMail(
      { purpose, namespace, to: deliverableAddress(email), token, expires_at },
      mailId,
    );
  }
}

type Told = UserOperations & UserRemoval;

async function tellUserRoom<Name extends keyof Told>(
  host: RoomHost,
  name: string,
  operation: Name,
  input: Told[Name]['input'],
): Promise<void> {
  const room = host.rooms()?.user(name);
  if (!room) throw new WorkFailure('no-room');
  const result = await withDeadline(call<Told, Name>(room, operation, input), ROOM_DEADLINE);
  if (!result.ok) throw new WorkFailure(`refused-${result.error}`);
}
