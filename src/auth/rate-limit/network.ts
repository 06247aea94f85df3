import ipaddr from 'ipaddr.js';

/** Of an IPv6 address: the prefix that one customer is given at least (RFC 6177). */
const PREFIX_GROUPS = 4;

/**
 * The network that shares a rate limit: one IPv4 address, or the first 64 bits of an IPv6 address.
 * A text that is no address is a network of its own.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.toLowerCase();
  const parsed = ipaddr.process(address);
  if (!('parts' in parsed)) return parsed.toString();
  const prefix = parsed.parts.slice(0, PREFIX_GROUPS).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}
