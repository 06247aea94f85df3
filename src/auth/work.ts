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

/** Does the work of an outbox, or throws. `id` names the piece of work. */
export function performWork(
  host: RoomHost,
  sendMail: SendMail | undefined,
): (work: Work, id: string) => Promise<void> {
  return async (work, id) => {
    switch (work.kind) {
      case 'end-sessions':
        return tellUserRoom(host, work.user, 'end-sessions', {
          session_hashes: work.session_hashes,
          close: 'sessionEnded',
        });
      case 'destroy':
        return tellUserRoom(host, work.user, 'destroy', {});
      case 'mail':
        return mail(work.account, work.purpose, id);
      case 'nothing':
        return;
    }
  };

  /** The token is made only now, so that storage never holds more of it than a hash. */
  async function mail(id: string, purpose: MailPurpose, mailId: string): Promise<void> {
    const account = await new Accounts(host.storage).get(id);
    if (!account || !sendMail) return;
    const { namespace, email: to } = account;
    const shard = await accountShard(namespace, to);
    const { token, expires_at } = await host.storage.transaction((transaction) =>
      new MailTokens(transaction).issue(id, purpose, shard),
    );
    await sendMail(
      { purpose, namespace, to: deliverableAddress(to), token, expires_at: isoTime(expires_at) },
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
  if (!room) throw new Error('no user room can be reached from here');
  const result = await call<Told, Name>(room, operation, input);
  if (!result.ok) throw new Error(`the user room refused: ${result.message}`);
}
