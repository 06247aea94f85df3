import { DEVICE_HEADER, type ProvenDevice } from '../operations.ts';
import type { Connection, RoomHost } from '../platform.ts';
import { CLOSE, type CloseName } from '../protocol/close.ts';
import { Inbox } from './inbox.ts';

/** Seconds worth of frames that a device may send at once. */
const BURST_SECONDS = 4;

/** What is kept of a device in memory; all of it may be forgotten when the room is evicted. */
interface Traffic {
  inbox: Inbox;
  /** Frames it may still send at once, as of `at` (milliseconds). */
  allowance: number;
  at: number;
}

/** What is kept of a device for as long as it is connected. */
export interface Device extends ProvenDevice {
  unsure?: boolean;
}

/** The devices that are connected, each known by its connection. */
export class Devices {
  readonly #host: RoomHost;
  readonly #traffic = new WeakMap<Connection, Traffic>();

  constructor(host: RoomHost) {
    this.#host = host;
  }

  /** The connections of those that speak a protocol. */
  *speaking(protocol: ProvenDevice['protocol']): Generator<Connection> {
    for (const connection of this.#host.connections()) {
      if (deviceOf(connection)?.protocol === protocol) yield connection;
    }
  }

  /** Remembers, also beyond an eviction, that a device may not be in step. */
  markUnsure(connection: Connection): void {
    const device = deviceOf(connection);
    if (device && !device.unsure) connection.setState({ ...device, unsure: true });
  }

  /** The devices so marked, who are so no more. */
  takeUnsure(): Connection[] {
    const unsure = [...this.speaking('sync')].filter((connection) => deviceOf(connection)?.unsure);
    for (const connection of unsure) {
      connection.setState({ ...deviceOf(connection), unsure: undefined });
    }
    return unsure;
  }

  get count(): number {
    return [...this.#host.connections()].length;
  }

  /** Whether a device may send one more frame now. */
  allows(connection: Connection, now: number): boolean {
    const rate = this.#host.config.MAX_FRAMES_PER_SECOND;
    if (rate === 0) return true;
    const traffic = this.#of(connection);
    const earned = ((now - traffic.at) / 1000) * rate;
    traffic.allowance = Math.min(rate * BURST_SECONDS, traffic.allowance + earned) - 1;
    traffic.at = now;
    return traffic.allowance >= 0;
  }

  inbox(connection: Connection): Inbox {
    return this.#of(connection).inbox;
  }

  /** Closes every device that `chosen` picks, and says how many. */
  close(reason: CloseName, chosen: (device: ProvenDevice) => boolean = () => true): number {
    let closed = 0;
    for (const connection of [...this.#host.connections()]) {
      const device = deviceOf(connection);
      if (!device || !chosen(device)) continue;
      closeWith(connection, reason);
      closed += 1;
    }
    return closed;
  }

  #of(connection: Connection): Traffic {
    const known = this.#traffic.get(connection);
    if (known) return known;
    const burst = this.#host.config.MAX_FRAMES_PER_SECOND * BURST_SECONDS;
    const traffic = { inbox: new Inbox(), allowance: burst, at: Date.now() };
    this.#traffic.set(connection, traffic);
    return traffic;
  }
}

/** Closes a connection for a reason that the protocol names; it counts as gone at once. */
export function closeWith(connection: Connection, name: CloseName): void {
  const { code, reason } = CLOSE[name];
  connection.setState(null);
  connection.close(code, reason);
}

/** Ends the closing handshake, which engines leave to the room; else a client waits for long. */
export function answerClose(connection: Connection): void {
  try {
    connection.close(1000, '');
  } catch {
    // The room closed it first.
  }
}

/** Who a connection was proven to be; undefined for one that was refused or is closing. */
export const deviceOf = (connection: Connection): Device | undefined =>
  (connection.state as Device | null) ?? undefined;

/** What the edge says about a device on its way in. */
export const provenDevice = (request: Request): ProvenDevice =>
  JSON.parse(request.headers.get(DEVICE_HEADER) ?? 'null') as ProvenDevice;
