import type { NetworkOperations } from '../operations.ts';
import type { RoomHost } from '../platform.ts';
import { type Result, succeed } from '../protocol/errors.ts';
import { call, type Handlers } from '../rpc.ts';
import { sha256Hex } from './sha256.ts';
import { Throttle } from './throttle.ts';

const MINUTE = 60_000;

/**
 * Whoever shares a rate limit: an IPv4 address, or the first 64 bits of an IPv6 address, which is
 * the least that one customer is given (RFC 6177).
 */
export function networkOf(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head.split(':').filter(Boolean);
  const last = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - last.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...last];
  const prefix = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(':')}::/64`;
}

/** Counts a request of a network address in the room that counts for it; one hop. */
export async function admit(host: RoomHost, address: string): Promise<Result<unknown>> {
  if (address === '' || host.config.AUTH_REQUESTS_PER_MINUTE === 0) return succeed({});
  const network = sha256Hex(networkOf(address));
  const room = host.rooms()?.auth(`net-${network.slice(0, 3)}`);
  if (!room) throw new Error('no room that counts requests can be reached from here');
  return call<NetworkOperations, 'admit'>(room, 'admit', { network });
}

/**
 * The room's side of {@link admit}. The first half of a minute's requests is counted in memory
 * only: what an eviction forgets is never more than that.
 */
export function networkHandlers({ storage, config }: RoomHost): Handlers<NetworkOperations> {
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
