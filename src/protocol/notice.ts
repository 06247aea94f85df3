import type { Role } from './membership.ts';
import type { PresenceUpdate } from './presence.ts';
import type { EncodedCell } from './stamps.ts';

/**
 * Notices from the room to a device, outside TinyBase's protocol. A notice is a response with this
 * request id. Nobody made such a request, so TinyBase's synchronizers ignore it, but it reaches the
 * `onReceive` callback of `createWsSynchronizer`. Its body has the form of a values stamp: `[{
 * "<name>": [<notice>] }]`.
 */
export const NOTICE_ID = 'tinyhost.notice';

/** The path of a refused stamp: of a cell (table, row, cell) or of a value. */
export type StampPath = [table: string, row: string, cell: string] | [value: string];

/** Why a write is refused: `role` means that viewers may not write. */
export type RefusalReason = 'role';

export interface Notices {
  /**
   * Stamps that are further ahead of the server's clock than `limit_seconds`. The room merged
   * everything else in the message. It accepts these when their time has come and the device
   * synchronizes again.
   */
  clock_ahead: { server_time: string; limit_seconds: number; refused: StampPath[] };
  /** Stamps that the room has not merged because their author may not write them. */
  refused: { reason: RefusalReason; refused: StampPath[] };
  /** What the device's member may do in a shared store: at each connection and after a change. */
  role: Role;
  /**
   * The members of a shared store, their roles or its name have changed. The number counts the
   * changes; each connection begins with the present one.
   */
  members: number;
  /** The account's list of stores has changed. Its value is when, by the server's clock. */
  stores: string;
  /** Who came, changed or left, to a device that uses presence (presence.ts). */
  presence: PresenceUpdate[];
  /** The room's cursor, to a device with `resumes` whose hashes were equal (sync-point.ts). */
  cursor: string;
}

/** Encodes the body of a notice. It names at most `MAX_PATHS` paths. */
export const writeNotice = <Name extends keyof Notices>(
  name: Name,
  notice: Notices[Name],
): string => JSON.stringify([{ [name]: [notice] }]);

/** Decodes the notices in a body that came with {@link NOTICE_ID}. */
export function readNotices(body: unknown): Partial<Notices> {
  if (!Array.isArray(body) || typeof body[0] !== 'object' || body[0] === null) return {};
  const stamps = Object.entries(body[0] as Record<string, [thing: EncodedCell | object]>);
  return Object.fromEntries(stamps.map(([name, stamp]) => [name, stamp[0]])) as Partial<Notices>;
}
