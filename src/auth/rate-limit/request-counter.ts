import type { RequestCounterOperations } from '../../operations/auth-room-operations.ts';
import { call, type Handlers } from '../../operations/room-calls.ts';
import type { EdgeHost, RoomHost } from '../../platform.ts';
import { type Result, succeed } from '../../protocol/errors.ts';
import { requestCounterName } from '../room-names.ts';
import { sha256Hex } from '../sha256.ts';
import { networkOf } from './network.ts';
import { Throttle } from './throttle.ts';

const MINUTE = 60_000;

/** Counts a request in the counter room of its network, and refuses too many. Takes one hop. */
export async function limitRequests(
  host: Pick<RoomHost, 'config' | 'rooms'>,
  address: string,
): Promise<Result<unknown>> {
  if (address === '' || host.config.AUTH_REQUESTS_PER_MINUTE === 0) return succeed({});
  const network = sha256Hex(networkOf(address));
  const room = host.rooms()?.auth(requestCounterName(network));
  if (!room) throw new Error('no room that counts requests can be reached from here');
  return call<RequestCounterOperations, 'admit'>(room, 'admit', { network });
}

/** For the edge: the same counters as those of auth rooms. */
export const limitEdgeRequests = ({ config, rooms }: EdgeHost, address: string) =>
  limitRequests({ config, rooms: () => rooms }, address);

/**
 * The operation of a request counter room. It counts the first half of a minute's limit in memory
 * only, so an eviction forgets at most that half.
 */
export function requestCounterHandlers({
  storage,
  config,
}: RoomHost): Handlers<RequestCounterOperations> {
  const limit = config.AUTH_REQUESTS_PER_MINUTE;
  const unstored = Math.floor(limit / 2);
  const throttle = new Throttle(storage, { prefix: 'network:', limit, windowMs: MINUTE, unstored });

  return {
    async admit({ network }) {
      const counted = await throttle.attempt(network, async () => undefined);
      return counted.ok ? succeed({}) : counted;
    },
  };
}
