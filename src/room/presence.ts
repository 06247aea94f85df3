import type { Connection, RoomHost } from '../platform.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { writeNotice } from '../protocol/notice.ts';
import {
  PRESENCE_INTERVAL_MS,
  PRESENCE_LIFETIME_MS,
  type PresenceUpdate,
  readPresence,
} from '../protocol/presence.ts';
import { fromBinaryText, toBinaryText } from './binary-text.ts';
import { addressOf, type Device, deviceOf, type PresenceState, presenceOf } from './devices.ts';

/** Sends a notice's body; returns false if the device is too far behind. */
type Notify = (connection: Connection, body: string) => boolean;

/** Who is present in a room. All of it is in the connections' states, and so outlives an eviction. */
export class Presence {
  readonly #host: RoomHost;
  readonly #notify: Notify;
  /** When the next update of a device may be forwarded, in milliseconds since the epoch. */
  readonly #due = new WeakMap<Connection, number>();
  /** The forwarding of a device's latest update, while it waits. */
  readonly #waiting = new WeakMap<Connection, Promise<undefined>>();
  /** Updates that a device did not get because it did not read. It gets them at its next message. */
  readonly #missed = new WeakMap<Connection, Set<string>>();
  /** The alarm comes by then, in milliseconds since the epoch. */
  #alarmBy = 0;

  constructor(host: RoomHost, notify: Notify) {
    this.#host = host;
    this.#notify = notify;
  }

  /** When the first presence expires, in milliseconds since the epoch; Infinity if there is none. */
  get firstEnd(): number {
    const ends = Array.from(this.#subscribers(), ([, { presence }]) =>
      presence?.text === undefined ? Number.POSITIVE_INFINITY : presence.at + PRESENCE_LIFETIME_MS,
    );
    return Math.min(...ends);
  }

  /** Takes a device's message. Resolves when the others were told, within 50 ms. */
  async receive(
    connection: Connection,
    device: Device,
    body: unknown,
  ): Promise<CloseName | undefined> {
    const message = readPresence(body);
    if (!message || !device.resumes) return 'invalidFrame';
    const isFirst = device.presence === undefined;
    const before = device.presence ?? this.#takeOver(device, message.device);
    const now = Date.now();
    const text = message.json === undefined ? undefined : toBinaryText(message.json);
    connection.setState({ ...device, presence: { id: before.id, at: now, text } });
    this.#catchUp(connection, isFirst);
    const isNew = before.text !== text;
    if (text !== undefined) await this.#planAlarm(now);
    return isNew ? this.#forwardSoon(connection, now) : undefined;
  }

  /**
   * Returns what others know of a device with the id that it has chosen. An earlier connection of
   * the same session with this id is half-open, so its presence ends without a word. Somebody else's
   * id is not given away.
   */
  #takeOver({ session_hash }: Device, id = newId()): PresenceState {
    for (const connection of this.#host.connections()) {
      const presence = presenceOf(connection);
      if (presence?.id !== id) continue;
      const former = deviceOf(connection);
      if (former?.session_hash !== session_hash) return { id: newId(), at: 0 };
      connection.setState({ ...former, presence: undefined });
      return presence;
    }
    return { id, at: 0 };
  }

  /** Removes a connection that is closing. Call it while the connection still has its state. */
  forget(connection: Connection): void {
    const presence = presenceOf(connection);
    connection.setState(null);
    if (presence?.text !== undefined) this.#tell(connection, { device: presence.id, gone: true });
  }

  /** Removes the presence of devices that are silent or were closed. The alarm calls it. */
  expire(now: number): void {
    for (const connection of [...this.#host.connections()]) {
      const presence = presenceOf(connection);
      if (presence?.text === undefined) continue;
      const device = deviceOf(connection);
      const age = now - presence.at;
      // A clock that was set back must not keep a presence for longer.
      if (device && age < PRESENCE_LIFETIME_MS && age > -PRESENCE_LIFETIME_MS) continue;
      const rest = { ...presence, text: undefined };
      connection.setState(device ? { ...device, presence: rest } : null);
      this.#tell(connection, { device: presence.id, gone: true });
    }
    this.#alarmBy = 0;
  }

  /** Forwards what the device has set last, at once or when its interval is over. */
  #forwardSoon(connection: Connection, now: number): Promise<undefined> | undefined {
    const waiting = this.#waiting.get(connection);
    if (waiting) return waiting;
    const due = this.#due.get(connection) ?? 0;
    // After the clock was set back, an update would otherwise wait that long.
    const wait = Math.min(due - now, PRESENCE_INTERVAL_MS);
    if (wait <= 0) return this.#forward(connection);
    const planned = new Promise<void>((resolve) => setTimeout(resolve, wait)).then(() => {
      this.#waiting.delete(connection);
      return this.#forward(connection);
    });
    this.#waiting.set(connection, planned);
    return planned;
  }

  #forward(connection: Connection): undefined {
    this.#due.set(connection, Date.now() + PRESENCE_INTERVAL_MS);
    const device = deviceOf(connection);
    if (device?.presence) this.#tell(connection, updateOf(device, device.presence.id));
  }

  #tell(author: Connection, update: PresenceUpdate): void {
    const body = writeNotice('presence', [update]);
    for (const [connection] of this.#subscribers()) {
      if (connection === author || this.#notify(connection, body)) continue;
      const missed = this.#missed.get(connection) ?? new Set();
      this.#missed.set(connection, missed.add(update.device));
    }
  }

  /** Sends a new device everybody who is present, and any other what it has missed. */
  #catchUp(connection: Connection, isNew: boolean): void {
    const missed = this.#missed.get(connection);
    if (!isNew && !missed) return;
    const present = new Map<string, PresenceUpdate>();
    for (const [other, device] of this.#subscribers()) {
      const { presence } = device;
      if (other === connection || presence?.text === undefined) continue;
      if (isNew || missed?.has(presence.id))
        present.set(presence.id, updateOf(device, presence.id));
    }
    for (const device of missed ?? [])
      if (!present.has(device)) present.set(device, { device, gone: true });
    const isSent =
      present.size === 0 ||
      this.#notify(connection, writeNotice('presence', [...present.values()]));
    if (isSent) this.#missed.delete(connection);
    else this.#missed.set(connection, new Set(present.keys()));
  }

  *#subscribers(): Generator<[Connection, Device]> {
    for (const connection of this.#host.connections()) {
      const device = deviceOf(connection);
      if (device?.presence) yield [connection, device];
    }
  }

  /** Makes the alarm come when the presence set at `now` expires, or earlier. */
  async #planAlarm(now: number): Promise<void> {
    const end = now + PRESENCE_LIFETIME_MS;
    if (this.#alarmBy > now && this.#alarmBy <= end) return;
    this.#alarmBy = end;
    const planned = await this.#host.storage.getAlarm();
    if (planned === null || planned > end) await this.#host.storage.setAlarm(end);
    else this.#alarmBy = planned;
  }
}

/** 48 random bits as 12 hexadecimal digits: unique among the devices of a store. */
const newId = (): string => crypto.randomUUID().slice(-12);

function updateOf({ presence, member }: Device, device: string): PresenceUpdate {
  if (presence?.text === undefined) return { device, gone: true };
  const data = JSON.parse(fromBinaryText(presence.text)) as unknown;
  if (!member) return { device, data };
  return { device, member: { id: member.account, email: addressOf(member) }, data };
}
