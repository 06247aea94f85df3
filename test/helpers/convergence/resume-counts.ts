import { MESSAGE } from '../../../src/protocol/frame.ts';
import { readSyncPoint } from '../../../src/protocol/sync-point.ts';
import type { MemorySocket } from '../in-memory/rooms/memory-room.ts';

/** How often a device resumed, by the room's response. */
export class ResumeCounts {
  /** The device got all that it lacked, and the hashes. */
  complete = 0;
  /** The device got all that it lacked from a room that had not read its content. */
  unread = 0;
  /** The room did not know the cursor. */
  incomplete = 0;

  /** Counts the requests and responses that went through a socket. */
  add({ sent, received }: MemorySocket): void {
    const resumes = new Set(sent.filter(hasCursor).map(requestIdOf));
    for (const frame of received) {
      const [id, , body] = JSON.parse(contentOf(frame)) as [string, number, unknown];
      const point = resumes.has(id) ? readSyncPoint(body) : undefined;
      if (!point) continue;
      if (!point.isComplete) this.incomplete += 1;
      else if (point.hashes) this.complete += 1;
      else this.unread += 1;
    }
  }
}

const contentOf = (frame: string): string => frame.slice(frame.indexOf('\n') + 1);

const hasCursor = (frame: string): boolean =>
  new RegExp(`^\\n\\["[^"]*",${MESSAGE.syncPoint},\\{"cursor"`).test(frame);

const requestIdOf = (frame: string): string => /^\n\["([^"]*)"/.exec(frame)?.[1] ?? '';
