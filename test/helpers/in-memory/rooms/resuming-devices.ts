import type { MergeableStore } from 'tinybase';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../../requests/eventually.ts';
import type { MemoryRoom } from './memory-room.ts';
import { ResumingDevice } from './resuming-device.ts';

/** Creates a device that stops when the test ends. */
export function newDevice(store?: MergeableStore): ResumingDevice {
  const device = new ResumingDevice(store);
  onTestFinished(() => device.stop());
  return device;
}

/** Delivers frames until everything that these devices have written is saved. */
export async function untilSaved(room: MemoryRoom, ...devices: ResumingDevice[]): Promise<void> {
  await eventually(async () => {
    await room.settle();
    for (const { saves } of devices) expect(saves.saved).toBe(true);
  });
}

/** The kinds of messages in frames (see `MESSAGE`). */
export const kindsOf = (frames: string[]): number[] =>
  frames.map((frame) => Number(/^[^\n]*\n\[[^,]*,(\d+)/.exec(frame)?.[1]));
