import { cpuSeconds } from '../../../dev/process-tree.ts';
import { Acknowledger } from '../acknowledger.ts';
import { countMarkers } from '../edit-frames.ts';
import { pause } from '../pause.ts';
import { RawSocket, textFrame } from '../raw-socket.ts';
import type { Scenario } from '../scenario.ts';
import type { Room, Server } from '../server.ts';

const MEMBERS = 50;
/** A little longer than the interval at which the room forwards, so that it forwards each update. */
const INTERVAL_MS = 52;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;

/** Members of a room who move their cursors all the time. */
class Cursors {
  readonly #sockets: RawSocket[] = [];
  sent = 0;
  /** The updates that all members together have received. */
  received = 0;

  static async open(room: Room): Promise<Cursors> {
    const url = new URL(room.url());
    url.searchParams.set('resume', '1');
    const cursors = new Cursors();
    for (let count = 0; count < MEMBERS; count++) cursors.#add(await RawSocket.open(url.href));
    return cursors;
  }

  #add(socket: RawSocket): void {
    const acknowledger = new Acknowledger(socket);
    socket.onBytes = (bytes) => {
      this.received += countMarkers(bytes);
      acknowledger.read(bytes);
    };
    this.#sockets.push(socket);
  }

  /** Lets one member after the other move, each 20 times a second. */
  async moveFor(milliseconds: number): Promise<void> {
    const start = performance.now();
    for (let moves = 0; ; moves += 1) {
      const due = start + (moves * INTERVAL_MS) / MEMBERS;
      if (due > start + milliseconds) return;
      if (due > performance.now()) await pause(1);
      this.#move();
    }
  }

  /** A presence that looks like the place of a cursor, with one marker. */
  #move(): void {
    this.sent += 1;
    const data = { cursor: '#', x: this.sent % 2_000, y: this.sent % 1_000, on: 'tasks/task1' };
    const frame = textFrame(`\n${JSON.stringify([null, 101, { data }])}`);
    this.#sockets[this.sent % MEMBERS]?.write(frame);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

async function measurePresence(server: Server) {
  const cursors = await Cursors.open(await server.newRoom());
  try {
    await cursors.moveFor(WARM_UP_MS);
    const { sent, received } = cursors;
    const start = performance.now();
    const cpu = cpuSeconds(server.pid);
    await cursors.moveFor(MEASURED_MS);
    const used = cpuSeconds(server.pid) - cpu;
    const seconds = (performance.now() - start) / 1000;
    return {
      presenceRate: (cursors.received - received) / (MEMBERS - 1) / seconds,
      presenceCpu: (used / (cursors.sent - sent)) * 1000,
    };
  } finally {
    cursors.close();
  }
}

export const presence: Scenario = {
  name: 'presence',
  servers: ['relay', 'ours'],
  measure: measurePresence,
};
