import { pause } from '../sync/pause.ts';
import type { Contender } from './contenders.ts';
import type { Device } from './devices/device.ts';

const DEADLINE_MS = 120_000;

/** Two devices of one room with the same content, both connected. */
export interface Pair {
  /** The device that loses its connection and comes back. */
  returning: Device;
  staying: Device;
}

/** Rejects if something takes longer than all that is to be measured. */
export async function inTime<Result>(what: string, work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took too long`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Connects a device that has so many rows, and saves them in a new room. */
export async function openFilled(contender: Contender, url: string, rows: number) {
  const newDevice = await contender.newRoom(url);
  const device = await newDevice();
  await device.link.connect();
  await inTime('the first answer', device.link.saved());
  device.table.fill(rows);
  await inTime('saving the rows', device.link.saved());
  return { device, newDevice };
}

export async function openPair(contender: Contender, url: string, rows: number): Promise<Pair> {
  const { device: staying, newDevice } = await openFilled(contender, url, rows);
  const returning = await newDevice();
  await returning.link.connect();
  await inTime('the first join', untilEqual(returning, staying));
  await inTime('the first answer', returning.link.saved());
  return { returning, staying };
}

async function untilEqual(a: Device, b: Device): Promise<void> {
  while (a.table.fingerprint() !== b.table.fingerprint()) await pause(50);
}

export async function closePair({ returning, staying }: Pair): Promise<void> {
  await Promise.all([returning.link.close(), staying.link.close()]);
}
