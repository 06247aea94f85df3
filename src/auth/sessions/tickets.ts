import { createLocatedToken } from '../../located-token.ts';
import type { RoomTransaction } from '../../platform.ts';
import { sha256Hex } from '../sha256.ts';

/** Life of a ticket: long enough to open a socket, too short to be found in a log of URLs. */
const TICKET_MS = 30_000;

interface StoredTicket {
  session_hash: string;
  /** The shared store that it is for; undefined for the private one. */
  store?: string | undefined;
  expires_at: number;
}

/**
 * Creates a ticket for a session in the accounts room `shard`, for a shared store or the private
 * one. Removes expired tickets.
 */
export async function createTicket(
  storage: RoomTransaction,
  session_hash: string,
  shard: string,
  store?: string,
): Promise<{ ticket: string; expires_at: number }> {
  await sweep(storage);
  const ticket = createLocatedToken(shard);
  const expires_at = Date.now() + TICKET_MS;
  await storage.put<StoredTicket>(keyOf(ticket), { session_hash, store, expires_at });
  return { ticket, expires_at };
}

/** Returns the hash of the session of a ticket for this store, and removes the ticket. */
export async function redeemTicket(
  storage: RoomTransaction,
  ticket: string,
  store?: string,
): Promise<string | undefined> {
  const stored = await storage.get<StoredTicket>(keyOf(ticket));
  if (!stored) return undefined;
  await storage.delete(keyOf(ticket));
  const isGood = stored.expires_at > Date.now() && stored.store === store;
  return isGood ? stored.session_hash : undefined;
}

async function sweep(storage: RoomTransaction): Promise<void> {
  const tickets = await storage.list<StoredTicket>({ prefix: PREFIX, limit: 64 });
  const expired = [...tickets].filter(([, { expires_at }]) => expires_at <= Date.now());
  if (expired.length > 0) await storage.delete(expired.map(([key]) => key));
}

const PREFIX = 'ticket:';
const keyOf = (ticket: string) => PREFIX + sha256Hex(ticket);
