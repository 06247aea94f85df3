import { utf8Length } from './utf8.ts';

/**
 * The message `[null, MESSAGE.presence, {data}]` of a device says what its member is doing. A body
 * of `null` withdraws it. Either also subscribes the device to the presence of the others, which
 * come as the notice `presence`. Presence is never stored.
 */

/** Largest presence in bytes of its JSON. */
export const MAX_PRESENCE_BYTES = 1024;

/** Milliseconds between two updates of a device that others get: 20 a second. */
export const PRESENCE_INTERVAL_MS = 50;

/** A device repeats its presence this often, in milliseconds. */
export const PRESENCE_REPEAT_MS = 10_000;

/** The room removes a presence that was not repeated for this long, in milliseconds. */
export const PRESENCE_LIFETIME_MS = 20_000;

/** The member that a device belongs to. */
export interface PresentMember {
  /** The UUID of the account. */
  id: string;
  email: string;
}

/** One device in the notice `presence`. */
export type PresenceUpdate =
  /** `device` is a random id of the connection. `member` is missing in private stores. */
  { device: string; member?: PresentMember; data: unknown } | { device: string; gone: true };

/** Returns the JSON of a presence; undefined if it cannot be sent. */
export function encodePresence(data: unknown): string | undefined {
  const json = JSON.stringify(data) as string | undefined;
  return json !== undefined && utf8Length(json) <= MAX_PRESENCE_BYTES ? json : undefined;
}

/** Encodes the body of a message. `json` is the presence; undefined withdraws it. */
export const writePresence = (json: string | undefined): string =>
  json === undefined ? 'null' : `{"data":${json}}`;

/**
 * Reads the body of a message: the JSON of the presence, null if it is withdrawn; undefined if the
 * body is malformed or the presence too large.
 */
export function readPresence(body: unknown): string | null | undefined {
  if (body === null) return null;
  if (typeof body !== 'object' || Array.isArray(body)) return undefined;
  return encodePresence((body as { data?: unknown }).data);
}

/** Reads the updates of a notice, without those that are malformed. */
export function readPresenceUpdates(notice: unknown): PresenceUpdate[] {
  return Array.isArray(notice) ? notice.filter(isUpdate) : [];
}

const isUpdate = (update: unknown): update is PresenceUpdate =>
  typeof (update as PresenceUpdate | null)?.device === 'string';
