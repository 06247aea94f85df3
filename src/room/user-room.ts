import { describeError } from '../log.ts';
import type { Connection, RoomHost } from '../platform.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { fail, type Result, succeed } from '../protocol/errors.ts';
import { MESSAGE } from '../protocol/frame.ts';
import { encodeResult, findRoute, type Route, refuse, routesOf } from '../room-calls.ts';
import type { UserOperations, UserRemoval } from '../room-operations.ts';
import { ContentRequest } from './content-request.ts';
import { answerClose, closeWith, type Device, Devices, deviceOf, provenDevice } from './devices.ts';
import { Document } from './document.ts';
import { EndedSessions } from './ended-sessions.ts';
import { FlushScheduler } from './flush-scheduler.ts';
import { manualSync } from './http/manual-sync.ts';
import { Snapshots } from './http/snapshot.ts';
import { storeRoutes } from './http/store-routes.ts';
import { NewerFormatError } from './log/log-head.ts';
import { PersisterBridge } from './persister/persister-bridge.ts';
import { Presence } from './presence.ts';
import { type RefusalOf, refuseNobody } from './refusals/refusal.ts';
import { SessionCheck } from './session-check.ts';
import type { Handled } from './sync/exchange/responder.ts';
import { FrameAssemblers } from './sync/frames/frame-assemblers.ts';
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
  readonly #snapshots: Snapshots;
  readonly #presence: Presence;
  readonly #refusalOf: RefusalOf;
  readonly #assemblers = new FrameAssemblers();
  readonly #flushes = new FlushScheduler(() => this.#document.flush());
  /** Why the room serves nothing; undefined while it works. */
  #closed: CloseName | undefined;

  constructor(host: RoomHost, refusalOf: RefusalOf = refuseNobody) {
    this.#host = host;
    this.#refusalOf = refusalOf;
    this.#devices = new Devices(host);
    this.#ended = new EndedSessions(host.storage);
    this.#sessions = new SessionCheck(host, this.#ended);
    this.#document = new Document(
      host.storage,
      host.config.MAX_STORE_BYTES,
      (publication) => {
        this.#synchronizer.publish(publication);
        this.#persister.publish(publication);
      },
      (error) => this.#fail(error),
    );
    this.#synchronizer = new Synchronizer(this.#document, this.#devices, host.config, refusalOf);
    this.#persister = new PersisterBridge(this.#document, this.#devices, refusalOf);
    this.#presence = new Presence(host, (...notice) => this.#synchronizer.notify(...notice));
    this.#snapshots = new Snapshots(this.#document);
  }

  async start(): Promise<void> {
    try {
      await this.#ended.load(Date.now());
      await this.#document.open();
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
    const refusal = this.#closed ?? this.#reasonAgainst(device);
    if (refusal) return this.#refuse(connection, refusal);
    // A persister begins with the whole content.
    if (device.protocol === 'partykit') await this.#document.load();
    connection.setState(device);
    this.#host.log('connect', { protocol: device.protocol, devices: this.#devices.count });
    (device.protocol === 'sync' ? this.#synchronizer : this.#persister).greet(connection);
    const next = this.#nextAlarm(Date.now());
    const planned = await this.#host.storage.getAlarm();
    // A later alarm is from before this device came, or from before the clock was set back.
    if (planned === null || planned > next) await this.#host.storage.setAlarm(next);
  }

  #reasonAgainst(device: { session_hash: string; expires_at: string }): CloseName | undefined {
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
    if (device.protocol === 'partykit') return this.#receivePersister(connection, data);
    const arrival = this.#assemblers.receive(connection, data, Date.now());
    if ('close' in arrival) return arrival.close;
    if (!('message' in arrival)) return undefined;
    if (arrival.message.message === MESSAGE.presence)
      return this.#presence.receive(connection, device, arrival.message.body);
    const hasLost = this.#assemblers.hasPartial(connection);
    return this.#synchronizer.receive(connection, arrival.message, hasLost);
  }

  async #receivePersister(connection: Connection, data: string): Promise<CloseName | undefined> {
    if (!this.#document.isLoaded) await this.#document.load();
    return this.#persister.receive(connection, data);
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
    this.#presence.forget(connection);
    this.#assemblers.forget(connection);
    this.#synchronizer.forget(connection);
    const { count } = this.#devices;
    this.#host.log('disconnect', { devices: count });
    if (count === 0) await this.#host.storage.deleteAlarm();
  }

  async request(request: Request): Promise<Response> {
    const route = findRoute(this.#routes, request);
    if (!route) return new Response(null, { status: 404 });
    const isRemoval = route === this.#routes.destroy;
    if (this.#closed && !isRemoval) return this.#refusal();
    const result = await route(request);
    // The room may have closed during the request.
    if (this.#closed && !isRemoval) return this.#refusal();
    return encodeResult(result);
  }

  readonly #routes: Record<string, Route> = {
    'manual-sync': this.#onContent((content) =>
      manualSync(this.#document, this.#host.config, content),
    ),
    store: this.#onContent((content) => storeRoutes(this.#document, content)),
    snapshot: async (request) => this.#snapshots.request(request),
    'partykit-store': this.#onContent((content) => this.#persister.request(content)),
    ...routesOf<UserOperations & UserRemoval>({
      'end-sessions': (input) => this.#endSessions(input),
      'renew-session': (input) => this.#renewSession(input),
      destroy: () => this.#destroy(),
    }),
  };

  #onContent(run: (content: ContentRequest) => Promise<Result<Response>>): Route {
    return async (request) => {
      const { MAX_SYNC_BYTES } = this.#host.config;
      const content = new ContentRequest(request, MAX_SYNC_BYTES, {
        holds: (writer) => this.#sessions.holds(writer),
        refusalOf: this.#refusalOf,
      });
      try {
        await this.#document.load();
        return await run(content);
      } finally {
        content.end();
      }
    };
  }

  async #endSessions({ session_hashes, close }: UserOperations['end-sessions']['input']) {
    await this.#ended.add(session_hashes, Date.now());
    const isEnded = ({ session_hash }: Device) => session_hashes.includes(session_hash);
    const closed = this.#devices.close(close, isEnded);
    this.#host.log('end-sessions', { reason: close, closed });
    return succeed({ closed });
  }

  async #renewSession({ session_hash, expires_at }: UserOperations['renew-session']['input']) {
    const renewed = this.#devices.renew(session_hash, expires_at);
    this.#host.log('renew-session', { renewed });
    return succeed({ renewed });
  }

  /** A closed room serves this operation too. */
  async #destroy(): Promise<Result<Record<string, never>>> {
    this.#end('accountDeleted');
    await this.#host.storage.deleteAlarm();
    await this.#host.storage.deleteAll();
    return succeed({});
  }

  #refusal(): Response {
    return refuse(this.#closed === 'accountDeleted' ? GONE : UNREADABLE);
  }

  async alarm(): Promise<void> {
    const now = Date.now();
    const isOver = ({ expires_at }: Device) => Date.parse(expires_at) + END_GRACE <= now;
    this.#devices.close('sessionEnded', isOver);
    this.#assemblers.closeStale(now);
    this.#presence.expire(now);
    this.#synchronizer.closeDeaf(now);
    if (this.#closed || this.#devices.count === 0) return;
    if (this.#devices.hasAny('partykit')) await this.#document.load();
    if (this.#host.config.HEARTBEAT_SECONDS > 0) this.#document.beat(now);
    this.#synchronizer.verify();
    await this.#host.storage.setAlarm(this.#nextAlarm(now));
  }

  /** When the next heartbeat is due or a session ends, in milliseconds since the epoch. */
  #nextAlarm(now: number): number {
    const seconds = this.#host.config.HEARTBEAT_SECONDS;
    const beat = seconds > 0 ? now + seconds * 1000 : Number.POSITIVE_INFINITY;
    return Math.min(beat, this.#presence.firstEnd, this.#devices.firstEnd + END_GRACE);
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
