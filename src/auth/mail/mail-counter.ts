import { normaliseAddress } from '../../email-address.ts';
import type { MailCounterOperations } from '../../operations/auth-room-operations.ts';
import type { ClientInfo } from '../../operations/client-info.ts';
import { call, type Handlers } from '../../operations/room-calls.ts';
import type { RoomHost } from '../../platform.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import { networkOf } from '../rate-limit/network.ts';
import { Throttle } from '../rate-limit/throttle.ts';
import { mailCounterName } from '../room-names.ts';
import { sha256Hex } from '../sha256.ts';

const HOUR = 3_600_000;

/** Mails an hour that one network may request for one address, in all namespaces together. */
const PER_NETWORK = 5;

/** Mails an hour for one address: this many from known networks and as many from unknown ones. */
const PER_ADDRESS = 20;

/** Counts a mail in the counter room of its address, and refuses too many. Takes one hop. */
export function limitMails(
  host: RoomHost,
  email: string,
  client: ClientInfo,
  known: boolean,
): Promise<Result<unknown>> {
  const address = sha256Hex(normaliseAddress(email));
  const network = sha256Hex(networkOf(client.address));
  const room = host.rooms()?.auth(mailCounterName(address));
  if (!room) throw new Error('no room that counts mails can be reached from here');
  return call<MailCounterOperations, 'admit-mail'>(room, 'admit-mail', { address, network, known });
}

/** The operation of a mail counter room. Addresses and networks arrive as hashes. */
export function mailCounterHandlers({ storage }: RoomHost): Handlers<MailCounterOperations> {
  const throttle = (prefix: string, limit: number) =>
    new Throttle(storage, { prefix, limit, windowMs: HOUR });
  const byNetwork = throttle('mails:', PER_NETWORK);
  const byAddress = throttle('mails-to:', PER_ADDRESS);

  return {
    async 'admit-mail'({ address, network, known }) {
      const own = await byNetwork.begin(`${address}:${network}`);
      if (!own.ok) return own;
      const all = await byAddress.begin(known ? `${address}:known` : address);
      await own.value(all.ok ? 'failed' : 'undecided');
      if (!all.ok) return all;
      await all.value('failed');
      return succeed({});
    },
  };
}
