import { utf8Length } from './utf8.ts';

/**
 * The message `[null, MESSAGE.presence, {device, data}]` of a device says what its member is doing.
 * Without `data`, or with a body of `null`, it withdraws that. `device` is an id that the device has
 * chosen, so that a new connection takes the place of an earlier one that has not ended yet. Each of
 * these messages also subscribes the device to the presence of the others, which
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
  /** `device` is a random id. `member` is missing in private stores. */
  { device: string; member?: PresentMember; data: unknown } | { device: string; gone: true };

/** Returns the JSON of a presence; undefined if it cannot be sent. */
export function encodePresence(data: unknown): string | undefined {
  const json = JSON.stringify(data) as string | undefined;
  return json !== undefined && utf8Length(json) <= MAX_PRESENCE_BYTES ? json : undefined;
}

/** What a message says. */
export interface PresenceMessage {
  /** The JSON of the presence; undefined if it is withdrawn. */
  json: string | undefined;
  /** The id that the device has chosen. */
  device?: string | undefined;
}

/** The ids that devices may choose. They are short because rooms store little for a device. */
const DEVICE_ID = /^[-\w]{12}$/;

/** Encodes the body of a message. */
export const writePresence = ({ json, device }: PresenceMessage): string => {
  const id = `"device":${JSON.stringify(device)}`;
  return json === undefined ? `{${id}}` : `{${id},"data":${json}}`;
};

/** Reads the body of a message; undefined if it is malformed or the presence too large. */
export function readPresence(body: unknown): PresenceMessage | undefined {
  if (body === null) return { json: undefined };
  if (typeof body !== 'object' || Array.isArray(body)) return undefined;
  const { device, data } = body as { device?: unknown; data?: unknown };
  if (device !== undefined && !(typeof device === 'string' && DEVICE_ID.test(device)))
    return undefined;
  const json = encodePresence(data);
  if (json === undefined && (data !== undefined || device === undefined)) return undefined;
  return { json, device };
}

/** Reads the updates of a notice, without those that are malformed. */
export function readPresenceUpdates(notice: unknown): PresenceUpdate[] {
  return Array.isArray(notice) ? notice.filter(isUpdate) : [];
}

const isUpdate = (update: unknown): update is PresenceUpdate =>
  typeof (update as PresenceUpdate | null)?.device === 'string';
