import { drainUnread } from '../body/read-body.ts';
import { describeError } from '../log.ts';
import { encodeResult, findRoute, type Route, refuse } from '../operations/room-calls.ts';
import type { Connection, RoomHost } from '../platform.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { NO_SUCH_STORE, type Result, succeed } from '../protocol/errors.ts';
import { MESSAGE } from '../protocol/frame.ts';
import { Admission } from './admission/admission.ts';
import { EndedSessions } from './admission/ended-sessions.ts';
import { RoomOwner } from './admission/room-owner.ts';
import { SessionCheck } from './admission/session-check.ts';
import { BeatPlan, planAlarm } from './alarm-plan.ts';
import { ChangeNews } from './change-news/change-news.ts';
import { refuseClosed, servesClosed } from './closed-room.ts';
import { contentRoutes } from './content/content-routes.ts';
import { Document } from './content/document.ts';
import { FlushScheduler } from './content/flush-scheduler.ts';
import { answerClose, closeWith, type Device, Devices, deviceOf, provenDevice } from './devices.ts';
import { History } from './history/history.ts';
import { eraseContent } from './members/erase-content.ts';
import { SharedStore } from './members/shared-store.ts';
import { NewerFormatError } from './newer-format-error.ts';
import { PersisterBridge } from './persister/persister-bridge.ts';
import { Presence } from './presence.ts';
import { OperatorAccesses } from './reports/operator-accesses.ts';
import { roomOperations } from './room-operations.ts';
import type { Handled } from './sync/exchange/responder.ts';
import { FrameAssemblers } from './sync/frames/frame-assemblers.ts';
import { Synchronizer } from './sync/synchronizer.ts';

/**
 * Milliseconds from the end of a session until its sockets are closed. A message from the auth room
 * that extends the session may be under way.
 */
const END_GRACE = 10_000;

/**
 * The room of one user. Methods are in the order of a room's life: start, connect, message, close,
 * request, alarm.
 */
export class UserRoom {
  readonly #host: RoomHost;
  readonly #devices: Devices;
  readonly #ended: EndedSessions;
  readonly #document: Document;
  readonly #synchronizer: Synchronizer;
  readonly #persister: PersisterBridge;
  readonly #presence: Presence;
  readonly #shared: SharedStore;
  readonly #admission: Admission;
  readonly #news: ChangeNews;
  readonly #owner: RoomOwner;
  readonly #beats: BeatPlan;
  readonly #contentRoutes: Record<string, Route>;
  readonly #routes: Record<string, Route>;
  readonly #assemblers = new FrameAssemblers();
  readonly #flushes = new FlushScheduler(() => this.#document.flush());
  /** Why the room serves nothing; undefined while it works. */
  #closed: CloseName | undefined;

  constructor(host: RoomHost) {
    this.#host = host;
    this.#devices = new Devices(host);
    this.#ended = new EndedSessions(host.storage);
    const sessions = new SessionCheck(host, this.#ended);
    const fail = (error: unknown) => this.#fail(error);
    this.#document = new Document(
      host.storage,
      host.config.MAX_STORE_BYTES,
      (publication) => {
        this.#synchronizer.publish(publication);
        this.#persister.publish(publication);
        this.#news.note(publication);
      },
      fail,
      new History(host.storage, host.config.HISTORY_DAYS, fail),
    );
    this.#beats = new BeatPlan(host.config.HEARTBEAT_SECONDS * 1000);
    const notify: Synchronizer['notify'] = (...notice) => this.#synchronizer.notify(...notice);
    const hooks = {
      notify,
      erase: () => this.#erase(),
      planAlarm: () => this.#planAlarm(Date.now()),
      fail,
    };
    this.#shared = new SharedStore(host, this.#devices, hooks);
    this.#owner = new RoomOwner(host.storage, fail);
    const home = () => this.#shared.home ?? this.#owner.home;
    this.#news = new ChangeNews(host, this.#document, { home, ...hooks });
    const mayNot = this.#shared.refusalOf;
    this.#synchronizer = new Synchronizer(this.#document, this.#devices, host.config, mayNot);
    this.#persister = new PersisterBridge(this.#document, this.#devices, mayNot);
    this.#presence = new Presence(host, notify);
    const parts = [this.#devices, this.#ended, this.#shared, this.#synchronizer] as const;
    this.#admission = new Admission(host, ...parts);
    const accesses = new OperatorAccesses(host.storage);
    const content = { document: this.#document, shared: this.#shared, accesses } as const;
    const proofs = { persister: this.#persister, sessions, owner: this.#owner } as const;
    this.#contentRoutes = contentRoutes(host, { ...content, ...proofs });
    this.#routes = roomOperations(host, {
      ...content,
      devices: this.#devices,
      ended: this.#ended,
      notify,
      destroy: () => this.#destroy(),
    });
  }

  async start(): Promise<void> {
    try {
      await this.#ended.load(Date.now());
      await this.#shared.load();
      await this.#owner.load();
      if (this.#shared.members.isDeleted) await this.#erase();
      else await this.#document.open();
      await this.#news.load();
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
    if (!this.#closed && !this.#owner.admits(request))
      return this.#refuse(connection, 'notAMember');
    this.#news.begin();
    const device = provenDevice(request);
    // A persister begins with the whole content.
    const isPersister = device.protocol === 'partykit';
    let refusal = this.#closed ?? this.#admission.reasonAgainst(device);
    if (!refusal && isPersister) {
      await this.#document.load();
      refusal = this.#closed ?? this.#admission.reasonAgainst(device);
    }
    if (refusal) return this.#refuse(connection, refusal);
    connection.setState(device);
    this.#host.log('connect', { protocol: device.protocol, devices: this.#devices.count });
    (isPersister ? this.#persister : this.#synchronizer).greet(connection);
    if (!isPersister) this.#shared.greet(connection, device);
    await this.#planAlarm(Date.now());
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
    if (count === 0) await this.#planAlarm(Date.now());
  }

  async request(request: Request): Promise<Response> {
    const response = await this.#respond(request);
    // Otherwise the engine may end the request before its client has the response.
    if (!response.ok) await drainUnread(request);
    return response;
  }

  async #respond(request: Request): Promise<Response> {
    void this.#shared.deliver();
    if (!this.#closed && !this.#owner.admits(request)) return refuse(NO_SUCH_STORE);
    this.#news.begin();
    void this.#news.deliver();
    const content = findRoute(this.#contentRoutes, request);
    const route = content ?? findRoute(this.#routes, request);
    if (!route) return new Response(null, { status: 404 });
    const isServed = () =>
      !this.#closed || (!content && servesClosed(this.#closed, route === this.#routes.destroy));
    if (!isServed()) return refuseClosed(request, this.#closed);
    const result = await route(request);
    // The room may have closed during the request.
    return isServed() ? encodeResult(result) : refuseClosed(request, this.#closed);
  }

  async #destroy(): Promise<Result<Record<string, never>>> {
    this.#end('accountDeleted');
    await this.#host.storage.deleteAlarm();
    await this.#host.storage.deleteAll();
    return succeed({});
  }

  /** Removes the content of a deleted store. */
  async #erase(): Promise<void> {
    this.#end('storeDeleted');
    await eraseContent(this.#host.storage);
    await this.#planAlarm(Date.now());
  }

  async alarm(): Promise<void> {
    const now = Date.now();
    const isOver = ({ expires_at }: Device) => Date.parse(expires_at) + END_GRACE <= now;
    this.#devices.close('sessionEnded', isOver);
    this.#assemblers.closeStale(now);
    this.#presence.expire(now);
    this.#synchronizer.closeDeaf(now);
    const isForNews = this.#news.nextDue <= now && this.#beats.isEarly(now);
    if (!this.#closed && this.#devices.count > 0 && !isForNews) await this.#beat(now);
    const told = Promise.all([this.#shared.deliver(), this.#news.deliver()]);
    await this.#planAlarm(now);
    await told;
  }

  async #beat(now: number): Promise<void> {
    this.#beats.done();
    if (this.#devices.hasAny('partykit')) await this.#document.load();
    if (this.#host.config.HEARTBEAT_SECONDS > 0) this.#document.beat(now);
    this.#synchronizer.verify();
  }

  #planAlarm(now: number): Promise<void> {
    return planAlarm(this.#host.storage, this.#nextAlarm(now), now);
  }

  /**
   * When the next heartbeat is due, a session or a presence ends, or other rooms have to be told of
   * something, in milliseconds since the epoch.
   */
  #nextAlarm(now: number): number {
    const beat = this.#beats.next(now, this.#devices.count > 0);
    const end = this.#devices.firstEnd + END_GRACE;
    const told = Math.min(this.#shared.nextDue, this.#news.nextDue);
    return Math.min(beat, this.#presence.firstEnd, end, told);
  }

  /** Closes the room when storage refuses a write: devices have seen what is not stored. */
  #fail(error: unknown): void {
    this.#host.log('storage-failed', describeError(error));
    this.#end('internalError');
  }

  #end(reason: CloseName): void {
    this.#closed = reason;
    this.#document.stop();
    this.#news.stop();
    this.#devices.close(reason);
  }
}
