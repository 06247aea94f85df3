import { DEVICE_HEADER, type ProvenDevice } from '../operations/proven-access.ts';
import type { Connection, RoomHost } from '../platform.ts';
import { CLOSE, type CloseName } from '../protocol/close-codes.ts';
import { fromBinaryText, toBinaryText } from './binary-text.ts';

/** Size of a burst, in seconds of MAX_FRAMES_PER_SECOND. */
const BURST_SECONDS = 4;

/** Milliseconds that a probed device has to send a frame. The slowest networks take less. */
const SILENCE = 10_000;

/** The state of a device in memory. An eviction loses it. */
interface Traffic {
  /** Frames that the device may still send at once, as of `at`. */
  allowance: number;
  /** When the last frame came, in milliseconds since the epoch. */
  at: number;
}

/** The state of a device in its connection. It survives an eviction. */
export interface Device extends Omit<ProvenDevice, 'member' | 'owner'> {
  /** The account, in a shared store; undefined for the owner of a private one. */
  member?: DeviceMember | undefined;
  unsure?: boolean;
  /** Whether a message was incomplete when its last frame came. An eviction loses such a message. */
  partial?: boolean | undefined;
  /** Whether the device has finished its first exchange of hashes. */
  joined?: boolean;
  /**
   * When the device was probed, in milliseconds since the epoch; undefined once it has sent a
   * frame.
   */
  asked?: number | undefined;
  /**
   * The last unanswered acknowledgement request, and when the device last read (send-window.ts).
   */
  question?: { id: string; since: number } | undefined;
  /** Set once the device uses presence. */
  presence?: PresenceState | undefined;
}

/** The member of a device: only what fits into the state. {@link addressOf} tells the address. */
export interface DeviceMember {
  account: string;
  /** The e-mail address, encoded by binary-text.ts, because it may take half a kilobyte otherwise. */
  address: string;
}

/** The presence of a device. The serialised state of a connection has at most 2 KiB. */
export interface PresenceState {
  /** A random id, for other devices. It is short because of the limit. */
  id: string;
  /** When the device last set or repeated it, in milliseconds since the epoch. */
  at: number;
  /** The JSON, encoded by binary-text.ts; undefined if it was withdrawn. */
  text?: string | undefined;
}

/** The connected devices of a room. */
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

  /** The connections of the devices that use `protocol`. */
  *speaking(protocol: ProvenDevice['protocol']): Generator<Connection> {
    for (const [connection, device] of this.#all()) {
      if (device.protocol === protocol) yield connection;
    }
  }

  hasAny(protocol: ProvenDevice['protocol']): boolean {
    return !this.speaking(protocol).next().done;
  }

  /** Marks a device that may be out of sync. The mark survives an eviction. */
  markUnsure(connection: Connection): void {
    const device = deviceOf(connection);
    if (device && !device.unsure) connection.setState({ ...device, unsure: true });
  }

  /** Notes that a device has finished its first exchange of hashes. */
  markJoined(connection: Connection): void {
    const device = deviceOf(connection);
    if (device && !device.joined) connection.setState({ ...device, joined: true });
  }

  /** The marked devices, except those that shall stay marked. Clears the marks of the others. */
  takeUnsure(stays: (connection: Connection) => boolean): Connection[] {
    const unsure = [...this.speaking('sync')].filter(
      (connection) => deviceOf(connection)?.unsure && !stays(connection),
    );
    for (const connection of unsure) {
      connection.setState({ ...deviceOf(connection), unsure: undefined });
    }
    return unsure;
  }

  /** The devices that `chosen` selects, without those that were refused or are closing. */
  list(chosen: (device: Device) => boolean): Device[] {
    return Array.from(this.#all(), ([, device]) => device).filter(chosen);
  }

  /** The number of devices, without those that were refused or are closing. */
  get count(): number {
    return [...this.#all()].length;
  }

  /** The number of devices of the same account. */
  countOf({ member }: Device): number {
    return [...this.#all()].filter(([, other]) => other.member?.account === member?.account).length;
  }

  /**
   * When the first of their sessions expires, in milliseconds since the epoch; Infinity if none is
   * connected.
   */
  get firstEnd(): number {
    return Math.min(...Array.from(this.#all(), ([, { expires_at }]) => Date.parse(expires_at)));
  }

  /** Extends the connections of a session. Returns how many of them would have ended earlier. */
  renew(sessionHash: string, expires_at: string): number {
    const earlier = [...this.#all()].filter(
      ([, device]) => device.session_hash === sessionHash && device.expires_at < expires_at,
    );
    for (const [connection, device] of earlier) connection.setState({ ...device, expires_at });
    return earlier.length;
  }

  /**
   * Makes room for another device of an account. When a network changes, sockets stay behind half-open, and only
   * silence tells: closes those that owe a sign of life for too long, and gives those that were not
   * heard lately, to be asked for one. No timer waits for it; the next newcomer finds out.
   *
   * Devices of a persister are left alone: their protocol has no question, so silence means nothing.
   * One that was closed would come back and take the place of another. Half-open ones end when TCP
   * gives up on the heartbeats sent to them.
   */
  makeRoom({ member }: Device, now: number): Connection[] {
    const silent: Connection[] = [];
    for (const connection of this.speaking('sync')) {
      const device = deviceOf(connection)!;
      if (device.member?.account !== member?.account) continue;
      const owing = now - (device.asked ?? now);
      if (owing >= SILENCE) closeWith(connection, 'tooManyDevices');
      else if (device.asked === undefined ? !this.#heardLately(connection, now) : owing < 0) {
        connection.setState({ ...device, asked: now });
        silent.push(connection);
      }
    }
    return silent;
  }

  /** Notes that a frame came from a device. */
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
    // A clock that is set back adds nothing and costs nothing.
    const earned = (Math.max(0, now - traffic.at) / 1000) * rate;
    traffic.allowance = Math.min(rate * BURST_SECONDS, traffic.allowance + earned) - 1;
    traffic.at = now;
    return rate === 0 || traffic.allowance >= 0;
  }

  /** Closes the devices that `chosen` selects. Returns their number. */
  close(reason: CloseName, chosen: (device: Device) => boolean = () => true): number {
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

/** Closes a connection with a close code of the protocol. It no longer counts as a device. */
export function closeWith(connection: Connection, name: CloseName): void {
  const { code, reason } = CLOSE[name];
  const presence = presenceOf(connection);
  connection.setState(presence ? { presence } : null);
  connection.close(code, reason);
}

/** Completes the closing handshake. Engines leave that to the room; otherwise the client waits. */
export function answerClose(connection: Connection): void {
  try {
    connection.close(1000, '');
  } catch {
    // The room closed it first.
  }
}

/** The device of a connection; undefined if it was refused or is closing. */
export const deviceOf = (connection: Connection): Device | undefined =>
  isDevice(connection.state) ? connection.state : undefined;

const isDevice = (state: unknown): state is Device =>
  (state as Device | null)?.session_hash !== undefined;

/** The presence of a device, also while it is closing. */
export const presenceOf = (connection: Connection): PresenceState | undefined =>
  (connection.state as Pick<Device, 'presence'> | null)?.presence;

/** The device that the edge has authenticated, from a header of the upgrade request. */
export function provenDevice(request: Request): Device {
  const header = request.headers.get(DEVICE_HEADER) ?? 'null';
  const { member, owner: _, ...device } = JSON.parse(header) as ProvenDevice;
  if (!member) return device;
  const { account, email } = member;
  return { ...device, member: { account, address: toBinaryText(email) } };
}

/** The e-mail address of a device's member. */
export const addressOf = ({ address }: DeviceMember): string => fromBinaryText(address);
