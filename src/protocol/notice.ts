import type { EncodedCell } from './stamps.ts';

/**
 * What the room has to tell a device beside the protocol. It travels as the response to a request
 * that nobody made (this request id), which TinyBase's synchronizers ignore, and which reaches
 * the `onReceive` callback of `createWsSynchronizer`. The body is a values stamp, as a response
 * may be: `[{ "<name>": [<notice>] }]`.
 */
export const NOTICE_ID = 'tinyhost.notice';

/** Where a refused stamp belongs: a cell (table, row, cell) or a value. */
export type StampPath = [table: string, row: string, cell: string] | [value: string];

export interface Notices {
  /**
   * These stamps are further ahead of the server's clock than `limit_seconds`. They were left
   * out, everything else in the same message was taken. They are taken once their time has come
   * and the device synchronizes again.
   */
  clock_ahead: { server_time: string; limit_seconds: number; refused: StampPath[] };
}

/** The body of a notice. At most `MAX_PATHS` paths are named. */
export const writeNotice = <Name extends keyof Notices>(
  name: Name,
  notice: Notices[Name],
): string => JSON.stringify([{ [name]: [notice] }]);

/** Reads the notices in a body that came with {@link NOTICE_ID}. */
export function readNotices(body: unknown): Partial<Notices> {
  if (!Array.isArray(body) || typeof body[0] !== 'object' || body[0] === null) return {};
  const stamps = Object.entries(body[0] as Record<string, [thing: EncodedCell | object]>);
  return Object.fromEntries(stamps.map(([name, stamp]) => [name, stamp[0]])) as Partial<Notices>;
}
