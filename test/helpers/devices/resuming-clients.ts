import { expect } from 'vitest';
import type { Connection } from '../../../client/connection/connection.ts';
import { anotherDevice, connect, signedInClient, untilStatus } from './clients.ts';
import { countingSockets, type FrameBytes } from './counting-sockets.ts';
import { untilAlike } from './devices.ts';

/** So many rows that an exchange of their hashes is larger than any exchange of a few edits. */
const ROWS = 1_500;

/** More than the frames of a few edits, and less than the hashes of the rows. */
const FEW_EDITS = 3_000;

/** Two clients of one user with a filled store, and the bytes of each. */
export class ResumingClients {
  private constructor(
    readonly leaving: Connection,
    readonly staying: Connection,
    private readonly counts: [FrameBytes, FrameBytes],
  ) {}

  static async start(url: string): Promise<ResumingClients> {
    const [first, second] = [countingSockets(), countingSockets()];
    const client = await signedInClient({ url, WebSocket: first.WebSocket });
    const leaving = connect(client);
    leaving.store.transaction(() => {
      for (let row = 0; row < ROWS; row++) leaving.store.setCell('tasks', `${row}`, 'n', row);
    });
    await leaving.saved();
    const device = await anotherDevice(client, { url, WebSocket: second.WebSocket });
    const staying = connect(device);
    await untilStatus(staying, 'online');
    await staying.saved();
    const clients = new ResumingClients(leaving, staying, [first.count, second.count]);
    await clients.untilAlike();
    return clients;
  }

  /** From now on only a few bytes may cross. */
  startCounting(): void {
    for (const count of this.counts) Object.assign(count, { up: 0, down: 0 });
  }

  expectFewBytes(): void {
    for (const { up, down } of this.counts) expect(up + down).toBeLessThan(FEW_EDITS);
  }

  untilAlike(): Promise<void> {
    return untilAlike(this.leaving, this.staying);
  }

  /** Lets the first client come back, and waits until both edits are saved and everywhere. */
  async meet(): Promise<void> {
    this.leaving.resume();
    await Promise.all([this.leaving.saved(), this.staying.saved()]);
    await this.untilAlike();
  }
}
