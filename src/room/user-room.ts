import { describeError } from '../log.ts';
import type { UserOperations, UserRemoval } from '../operations.ts';
import type { Connection, RoomHost } from '../platform.ts';
import type { CloseName } from '../protocol/close.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { type Handlers, refuse, serve } from '../rpc.ts';
import { ContentRequest } from './content-request.ts';
import { answerClose, closeWith, type Device, Devices, deviceOf, provenDevice } from './devices.ts';
import { Document } from './document.ts';
import { EndedSessions } from './ended-sessions.ts';
import { FlushScheduler } from './flush-scheduler.ts';
import { manualSync } from './http/manual-sync.ts';
import { storeRoutes } from './http/store-routes.ts';
import { NewerFormatError } from './log/log.ts';
import { PersisterBridge } from './persister/persister-bridge.ts';
import { SessionCheck } from './session-check.ts';
import { FrameAssemblers } from './sync/frame-assemblers.ts';
import type { Handled } from './sync/responder.ts';
import { Synchronizer } from './sync/synchronizer.ts';

/**
 * Milliseconds from the end of a session until its sockets are closed. A message from the auth room
 * that extends the session may be under way.
 */
const END_GRACE = 10_000;

const UNREADABLE = fail('internal', 'the store cannot be read');
const GONE = fail('unauthorized', 'the account was deleted');

/**
 * The room of one user. Methods are in the order of a room's life: start, connect, message, close,
 * request, alarm.
 */
export class UserRoom {
  readonly #host: RoomHost;
  readonly #devices: Devices;
  readonly #ended: EndedSessions;
  readonly #sessions: SessionCheck;
  readonly #document: Document;
  readonly #synchronizer: Synchronizer;
  readonly #persister: PersisterBridge;
  readonly #assemblers = new FrameAssemblers();
  readonly #flushes = new FlushScheduler(() => this.#document.flush());
  /** Why the room serves nothing; undefined while it works. */
  #closed: CloseName | undefined;

  constructor(host: RoomHost) {
    this.#host = host;
    this.#devices = new Devices(host);
    this.#ended = new EndedSessions(host.storage);
    this.#sessions = new SessionCheck(host, this.#ended);
    this.#document = new Document(
      host.storage,
      host.config.MAX_STORE_BYTES,
      (written, changes) => {
        this.#synchronizer.publish(written, changes);
        this.#persister.publish(written);
      },
      (error) => this.#fail(error),
    );
    this.#synchronizer = new Synchronizer(this.#document, this.#devices, host.config);
    this.#persister = new PersisterBridge(this.#document, this.#devices);
  }

  async start(): Promise<void> {
    try {
      await this.#ended.load(Date.now());
      await this.#document.load();
    } catch (error) {
      if (!(error instanceof NewerFormatError)) throw error;
      this.#closed = 'newerFormat';
    }
    this.#host.log('start', { devices: this.#devices.count, closed: this.#closed });
  }

  async connect(connection: Connection, request: Request): Promise<void> {
    try {
      await this.#admit(connection, request);
    } catch (error) {
      this.#surprise(connection, error);
    }
  }

  async #admit(connection: Connection, request: Request): Promise<void> {
    const device = provenDevice(request);
    const refusal = this.#closed ?? this.#refusal(device);
    if (refusal) return this.#refuse(connection, refusal);
    connection.setState(device);
    this.#host.log('connect', { protocol: device.protocol, devices: this.#devices.count });
    (device.protocol === 'sync' ? this.#synchronizer : this.#persister).greet(connection);
    const next = this.#nextAlarm(Date.now());
    const planned = await this.#host.storage.getAlarm();
    // A later alarm is from before this device came, or from before the clock was set back.
    if (planned === null || planned > next) await this.#host.storage.setAlarm(next);
  }

  #refusal(device: { session_hash: string; expires_at: string }): CloseName | undefined {
    const now = Date.now();
    if (this.#ended.has(device.session_hash, now)) return 'sessionEnded';
    if (Date.parse(device.expires_at) <= now) return 'sessionEnded';
    if (this.#hasPlace) return undefined;
    this.#synchronizer.probe(this.#devices.makeRoom(now));
    return this.#hasPlace ? undefined : 'tooManyDevices';
  }

  get #hasPlace(): boolean {
    const limit = this.#host.config.MAX_DEVICES;
    return limit === 0 || this.#devices.count < limit;
  }

  /** Handles most messages without an await: each costs more than all the rest. */
  async message(connection: Connection, data: string | ArrayBuffer): Promise<void> {
    const device = deviceOf(connection);
    if (!device) return;
    try {
      const handled = this.#closed ?? this.#receive(connection, device, data);
      const reason = handled instanceof Promise ? await handled : handled;
      if (reason) this.#refuse(connection, reason);
      const flushed = this.#document.waiting ? this.#flushes.settle() : undefined;
      if (flushed) await flushed;
      // The engine does not evict the room while this event waits. Responses and alarms do not wait.
      const work = this.#document.takeWork();
      if (work) await work;
    } catch (error) {
      this.#surprise(connection, error);
    }
  }

  #receive(connection: Connection, device: Device, data: string | ArrayBuffer): Handled {
    this.#devices.hear(connection, device);
    if (!this.#devices.allows(connection, Date.now())) return 'tooManyFrames';
    if (typeof data !== 'string') return 'invalidFrame';
    if (device.protocol === 'partykit') return this.#persister.receive(connection, data);
    const arrival = this.#assemblers.receive(connection, data, Date.now());
    if ('close' in arrival) return arrival.close;
    return 'message' in arrival
      ? this.#synchronizer.receive(connection, arrival.message)
      : undefined;
  }

  /**
   * Closes the socket with a code. Otherwise the engine would send the error's text to the client.
   */
  #surprise(connection: Connection, error: unknown): void {
    this.#host.log('error', describeError(error));
    closeWith(connection, 'internalError');
  }

  #refuse(connection: Connection, reason: CloseName): void {
    this.#host.log('refuse', { reason });
    closeWith(connection, reason);
  }

  async close(connection: Connection): Promise<void> {
    answerClose(connection);
    connection.setState(null);
    this.#assemblers.forget(connection);
    this.#synchronizer.forget(connection);
    const { count } = this.#devices;
    this.#host.log('disconnect', { devices: count });
    if (count === 0) await this.#host.storage.deleteAlarm();
  }

  async request(request: Request): Promise<Response> {
    const removed = await serve(this.#removal, request);
    if (removed) return removed;
    const answered = this.#closed ? undefined : await this.#contentRequest(request);
    // The room may have closed during the request.
    if (this.#closed) return refuse(this.#closed === 'accountDeleted' ? GONE : UNREADABLE);
    if (answered) return answered.ok ? answered.value : refuse(answered);
    return (await serve(this.#operations, request)) ?? new Response(null, { status: 404 });
  }

  async #contentRequest(request: Request): Promise<Result<Response> | undefined> {
    const { config } = this.#host;
    const holds = (request: Request) => this.#sessions.holds(request);
    const content = new ContentRequest(request, config.MAX_SYNC_BYTES, holds);
    try {
      switch (new URL(request.url).pathname.split('/').at(-1)) {
        case 'manual-sync':
          return await manualSync(this.#document, config, content);
        case 'store':
          return await storeRoutes(this.#document, content);
        case 'partykit-store':
          return await this.#persister.request(content);
        default:
          return undefined;
      }
    } finally {
      content.end();
    }
  }

  readonly #operations: Handlers<UserOperations> = {
    'end-sessions': async ({ session_hashes, close }) => {
      await this.#ended.add(session_hashes, Date.now());
      const closed = this.#devices.close(close, (device) =>
        session_hashes.includes(device.session_hash),
      );
      this.#host.log('end-sessions', { reason: close, closed });
      return succeed({ closed });
    },
    'renew-session': async ({ session_hash, expires_at }) => {
      const renewed = this.#devices.renew(session_hash, expires_at);
      this.#host.log('renew-session', { renewed });
      return succeed({ renewed });
    },
  };

  /** Operations that a closed room serves too. */
  readonly #removal: Handlers<UserRemoval> = {
    destroy: async () => {
      this.#end('accountDeleted');
      await this.#host.storage.deleteAlarm();
      await this.#host.storage.deleteAll();
      return succeed({});
    },
  };

  async alarm(): Promise<void> {
    const now = Date.now();
    const isOver = ({ expires_at }: Device) => Date.parse(expires_at) + END_GRACE <= now;
    this.#devices.close('sessionEnded', isOver);
    this.#assemblers.closeStale(now);
    this.#synchronizer.closeDeaf(now);
    if (this.#closed || this.#devices.count === 0) return;
    if (this.#host.config.HEARTBEAT_SECONDS > 0) this.#document.beat(now);
    this.#synchronizer.verify();
    await this.#host.storage.setAlarm(this.#nextAlarm(now));
  }

  /** When the next heartbeat is due or a session ends, in milliseconds since the epoch. */
  #nextAlarm(now: number): number {
    const seconds = this.#host.config.HEARTBEAT_SECONDS;
    const beat = seconds > 0 ? now + seconds * 1000 : Number.POSITIVE_INFINITY;
    return Math.min(beat, this.#devices.firstEnd + END_GRACE);
  }

  /**
   * Storage refused a write. Later changes that devices have seen are not stored, so the room
   * closes.
   */
  #fail(error: unknown): void {
    this.#host.log('storage-failed', describeError(error));
    this.#end('internalError');
  }

  #end(reason: CloseName): void {
    this.#closed = reason;
    this.#document.stop();
    this.#devices.close(reason);
  }
}
