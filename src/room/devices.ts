import { DEVICE_HEADER, type ProvenDevice } from '../operations.ts';
import type { Connection, RoomHost } from '../platform.ts';
import { CLOSE, type CloseName } from '../protocol/close.ts';

/** Seconds worth of frames that a device may send at once. */
const BURST_SECONDS = 4;

/** Milliseconds that a device has for a sign of life: more than the slowest networks take. */
const SILENCE = 10_000;

/** What is kept of a device in memory; all of it may be forgotten when the room is evicted. */
interface Traffic {
  /** Frames it may still send at once, as of `at`. */
  allowance: number;
  /** When its last frame came, in milliseconds since the epoch. */
  at: number;
}

/** What is kept of a device for as long as it is connected. */
export interface Device extends ProvenDevice {
  unsure?: boolean;
  /** Since when it owes a sign of life, in milliseconds since the epoch. */
  asked?: number | undefined;
  /** The last question that it has to answer, and since when it has read nothing (window.ts). */
  question?: { id: string; since: number } | undefined;
}

/** The devices that are connected, each known by its connection. */
export class Devices {
  readonly #host: RoomHost;
  readonly #traffic = new WeakMap<Connection, Traffic>();

  constructor(host: RoomHost) {
    this.#host = host;
  }

  *#all(): Generator<[Connection, Device]> {
    for (const connection of this.#host.connections()) {
      const device = deviceOf(connection);
      if (device) yield [connection, device];
    }
  }

  /** The connections of those that speak a protocol. */
  *speaking(protocol: ProvenDevice['protocol']): Generator<Connection> {
    for (const [connection, device] of this.#all()) {
      if (device.protocol === protocol) yield connection;
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

  /** How many there are, those apart that were refused or are closing. */
  get count(): number {
    return [...this.#all()].length;
  }

  /** When the first of their sessions ends, in milliseconds since the epoch; Infinity without any. */
  get firstEnd(): number {
    return Math.min(...Array.from(this.#all(), ([, { expires_at }]) => Date.parse(expires_at)));
  }

  /** Sets a later end for the connections of a session, and says how many had an earlier one. */
  renew(sessionHash: string, expires_at: string): number {
    const earlier = [...this.#all()].filter(
      ([, device]) => device.session_hash === sessionHash && device.expires_at < expires_at,
    );
    for (const [connection, device] of earlier) connection.setState({ ...device, expires_at });
    return earlier.length;
  }

  /**
   * Makes room for another device. When a network changes, sockets stay behind half-open, and only
   * silence tells: closes those that owe a sign of life for too long, and gives those that were not
   * heard lately, to be asked for one. No timer waits for it; the next newcomer finds out.
   *
   * Devices of a persister are left alone: their protocol has no question, so silence means nothing.
   * One that was closed would come back and take the place of another. Half-open ones end when TCP
   * gives up on the heartbeats sent to them.
   */
  makeRoom(now: number): Connection[] {
    const silent: Connection[] = [];
    for (const connection of this.speaking('sync')) {
      const device = deviceOf(connection)!;
      const owing = now - (device.asked ?? now);
      if (owing >= SILENCE) closeWith(connection, 'tooManyDevices');
      else if (device.asked === undefined ? !this.#heardLately(connection, now) : owing < 0) {
        connection.setState({ ...device, asked: now });
        silent.push(connection);
      }
    }
    return silent;
  }

  /** A frame came from a device: whatever it says, it is a sign of life. */
  hear(connection: Connection, device: Device): void {
    if (device.asked !== undefined) connection.setState({ ...device, asked: undefined });
  }

  #heardLately(connection: Connection, now: number): boolean {
    const traffic = this.#traffic.get(connection);
    return traffic !== undefined && Math.abs(now - traffic.at) < SILENCE;
  }

  /** Whether a device may send one more frame now. */
  allows(connection: Connection, now: number): boolean {
    const rate = this.#host.config.MAX_FRAMES_PER_SECOND;
    const traffic = this.#of(connection);
    // A clock that is set back earns nothing, and costs nothing.
    const earned = (Math.max(0, now - traffic.at) / 1000) * rate;
    traffic.allowance = Math.min(rate * BURST_SECONDS, traffic.allowance + earned) - 1;
    traffic.at = now;
    return rate === 0 || traffic.allowance >= 0;
  }

  /** Closes every device that `chosen` picks, and says how many. */
  close(reason: CloseName, chosen: (device: ProvenDevice) => boolean = () => true): number {
    let closed = 0;
    for (const [connection, device] of [...this.#all()]) {
      if (!chosen(device)) continue;
      closeWith(connection, reason);
      closed += 1;
    }
    return closed;
  }

  #of(connection: Connection): Traffic {
    const known = this.#traffic.get(connection);
    if (known) return known;
    const burst = this.#host.config.MAX_FRAMES_PER_SECOND * BURST_SECONDS;
    const traffic = { allowance: burst, at: Date.now() };
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
