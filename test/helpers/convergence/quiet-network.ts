import { vi } from 'vitest';
import type { MemoryRoom } from '../in-memory/rooms/memory-room.ts';

/** The network is quiet when nothing was sent for so many turns of so many milliseconds. */
const QUIET_TURNS = 6;
export const TURN_MS = 20;
/** More turns than any exchange takes. */
const MAX_TURNS = 2_000;

/** Delivers frames until none is in transit and nobody is about to send one. Timers have to be fake. */
export async function untilQuiet(room: MemoryRoom): Promise<void> {
  for (let quiet = 0, turns = 0; quiet < QUIET_TURNS; turns++) {
    if (turns > MAX_TURNS) throw new Error('the devices never become quiet');
    const count = room.inTransit;
    await room.step(count);
    await vi.advanceTimersByTimeAsync(TURN_MS);
    const isQuiet = count + room.inTransit === 0 && !room.isWorking;
    quiet = isQuiet ? quiet + 1 : 0;
  }
}
