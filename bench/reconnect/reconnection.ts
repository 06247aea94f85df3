import { collectGarbage } from './garbage.ts';
import { inTime, type Pair } from './pair.ts';

export const SIDES = ['here', 'elsewhere'] as const;

/** Edits that are made while the device is offline: on this device, or on another one. */
export interface Edits {
  side: (typeof SIDES)[number];
  changes: number;
}

/** What one reconnection costs the device. Bytes are those of messages, without frame headers. */
export interface Cost {
  bytesUp: number;
  bytesDown: number;
  framesUp: number;
  framesDown: number;
  /** From the open socket until both devices have all edits. */
  milliseconds: number;
}

/**
 * Disconnects a device, makes edits and reconnects it. Throws if the devices do not have the same
 * content afterwards.
 */
export async function measureReconnection(
  { returning, staying }: Pair,
  rows: number,
  { side, changes }: Edits,
): Promise<Cost> {
  const { link, traffic } = returning;
  const [writer, reader] = side === 'here' ? [returning, staying] : [staying, returning];
  const text = `#${crypto.randomUUID().slice(0, 8)}`;
  await link.disconnect();
  writer.table.edit(rows, changes, text);
  await inTime('saving the edits', staying.link.saved());
  collectGarbage();
  traffic.reset();
  const edited = reader.table.untilEdited(changes, text);
  await link.connect();
  await inTime('a reconnection', edited);
  const milliseconds = performance.now() - traffic.openedAt;
  await traffic.untilQuiet();
  if (returning.table.fingerprint() !== staying.table.fingerprint()) {
    throw new Error('the devices differ after a reconnection');
  }
  const { bytesUp, bytesDown, framesUp, framesDown } = traffic;
  return { bytesUp, bytesDown, framesUp, framesDown, milliseconds };
}
