import type PartySocket from 'partysocket';
import type { MergeableStore } from 'tinybase';
import type { Notices } from '../src/protocol/notice.ts';
import { bindMembers } from './bind.ts';
import { type Reaction, reactionToFailure } from './closing.ts';
import { TinyHostError } from './errors.ts';
import { type Pulse, watchPulse } from './heartbeat.ts';
import { manualSync } from './manual-sync.ts';
import { watchNetwork } from './network.ts';
import { Observable } from './observable.ts';
import { keepOffline, type OfflineCopy } from './offline.ts';
import { SaveTracker } from './saved.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';
import { openSocket } from './socket.ts';
import type { ConnectionState } from './status.ts';
import { type Sync, synchronize } from './sync.ts';

export interface ConnectionOptions {
  /**
   * Bytes of one fragment of a message; 100,000 by default. With 0 messages are not cut up, and
   * what is too large for a frame goes over HTTP.
   */
  fragmentSize?: number;
  /** Keeps a copy of the store in IndexedDB, so that it is there on a start without network. */
  offline?: boolean;
}

const FRAGMENT_SIZE = 100_000;
/** How long to wait after an exchange over HTTP has failed, in milliseconds. */
const EXCHANGE_PAUSE = 3_000;
/** How long a socket may keep silent once there is doubt about the network, in seconds. */
const DOUBT_SECONDS = 3;

/** Keeps a store in sync with the user's store on the server, for as long as the session lasts. */
export class Connection {
  readonly store: MergeableStore;
  readonly #server: Server;
  readonly #session: Session;
  readonly #options: ConnectionOptions;
  readonly #state = new Observable<ConnectionState>({ status: 'connecting', saved: false });
  readonly #saves: SaveTracker;
  readonly #pulse: Pulse;
  readonly #cleanUp: (() => void)[];
  readonly #copy: Promise<OfflineCopy | undefined>;
  #socket: PartySocket | undefined;
  #sync: Sync | undefined;
  #exchange: AbortController | undefined;
  /** Whether to be connected; not while paused or refused. */
  #wanted = true;
  #over = false;

  constructor(
    server: Server,
    session: Session,
    store: MergeableStore,
    options: ConnectionOptions = {},
  ) {
    bindMembers(this);
    this.store = store;
    this.#server = server;
    this.#session = session;
    this.#options = options;
    this.#saves = new SaveTracker(
      store,
      (saved) => this.#update({ saved }),
      () => this.#reopen(),
    );
    this.#pulse = watchPulse(
      store,
      server.clock,
      (heartbeatAt) => this.#update({ status: 'online', heartbeatAt }),
      () => void this.#goStale(),
    );
    this.#cleanUp = [
      server.sessions.subscribe((current) => this.#checkSession(current)),
      watchNetwork(() => this.#wake()),
    ];
    this.#copy = this.#restore();
    void this.#copy.then(() => this.#open());
  }

  get state(): ConnectionState {
    return this.#state.value;
  }

  /** Calls `listener` at every change of the state, until the returned function is called. */
  subscribe(listener: (state: ConnectionState) => void): () => void {
    return this.#state.subscribe(listener);
  }

  /**
   * Resolves when the server has stored everything that is written to the store by now. Waits
   * for the network; rejects when the connection ends or is refused, or the signal aborts.
   */
  async saved({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#over) throw this.state.reason ?? closed();
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
    );
    await Promise.race([this.#saves.wait(), aborted]);
  }

  /** Disconnects until `resume()`; what the app writes meanwhile is kept. */
  pause(): void {
    if (!this.#over) this.#rest({ status: 'offline' });
  }

  /** Connects now: after `pause()`, after a refusal, or instead of waiting for the next attempt. */
  resume(): void {
    this.#wanted = true;
    this.#reopen();
  }

  /** Ends the connection. The store stays as it is. */
  async close(): Promise<void> {
    this.#finish({ status: 'offline', reason: closed() });
    await (await this.#copy)?.stop();
  }

  #update(change: Partial<ConnectionState>): void {
    this.#state.set({ ...this.state, ...change });
  }

  /** Brings back the copy on this device, if the app wants one. Without it we go on all the same. */
  async #restore(): Promise<OfflineCopy | undefined> {
    if (!this.#options.offline) return undefined;
    const { http, clock } = this.#server;
    const name = `${http.url} ${this.#session.user.email} ${this.#session.user.created_at}`;
    return keepOffline(this.store, name, clock.now).catch(() => undefined);
  }

  /** Leaves nothing of the user on this device. */
  #erase(): void {
    void this.#copy.then((copy) => copy?.erase());
  }

  #open(): void {
    if (this.#over || !this.#wanted) return;
    this.#update({ status: 'connecting', reason: undefined, progress: undefined });
    const ours = () => this.#socket === socket;
    const socket = openSocket(this.#server, this.#session, {
      opened: () => ours() && void this.#start(socket),
      closed: (reaction) => ours() && this.#react(reaction),
    });
    this.#socket = socket;
  }

  /** Lets go of the socket, and of an exchange in its place. */
  #shut(): void {
    this.#leave();
    this.#exchange?.abort();
    this.#exchange = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #reopen(): void {
    this.#shut();
    this.#open();
  }

  /** The socket is open: synchronizes through it until it closes. */
  async #start(socket: PartySocket): Promise<void> {
    this.#update({ status: 'syncing' });
    const sync = await synchronize(this.store, socket, {
      fragmentSize: this.#options.fragmentSize ?? FRAGMENT_SIZE,
      onNotice: ({ clock_ahead }) => clock_ahead && this.#warn(clock_ahead),
      onOverflow: () => this.#react({ kind: 'manual-sync' }),
    });
    if (this.#socket !== socket || socket.readyState !== socket.OPEN) return sync.stop();
    this.#sync = sync;
    try {
      await sync.started;
      await sync.agrees();
    } catch {
      if (this.#sync === sync) this.#reopen();
    }
    if (this.#sync !== sync) return;
    this.#update({ status: 'online' });
    this.#pulse.start();
    this.#saves.use(sync);
  }

  #leave(): void {
    this.#pulse.rest();
    this.#saves.use(undefined);
    this.#sync?.stop();
    this.#sync = undefined;
  }

  #react(reaction: Reaction): void {
    switch (reaction.kind) {
      case 'retry':
        if (this.#sync?.hasSentTooMuch()) return void this.#exchangeByHttp();
        this.#update({ status: this.#sync ? 'connecting' : 'offline' });
        this.#leave();
        break;
      case 'manual-sync':
        void this.#exchangeByHttp();
        break;
      case 'refused':
        this.#rest({ status: 'refused', reason: reaction.reason });
        break;
      case 'signed-out':
        this.#finish({ status: 'signed-out', reason: reaction.reason });
        if (reaction.reason.code === 'accountDeleted') this.#erase();
        this.#server.sessions.forget(this.#session);
    }
  }

  /** Something may have happened to the network. */
  #wake(): void {
    if (this.#sync) void this.#doubt();
    else if (!this.#exchange) this.#reopen();
  }

  /** Makes sure that the server still answers; if not, connects anew. */
  async #doubt(): Promise<void> {
    const sync = this.#sync;
    await sync?.agrees(DOUBT_SECONDS).catch(() => {
      if (this.#sync === sync) this.#reopen();
    });
  }

  async #goStale(): Promise<void> {
    this.#update({ status: 'stale' });
    await this.#doubt();
    if (this.state.status === 'stale') this.#pulse.start();
  }

  #warn({ limit_seconds }: Notices['clock_ahead']): void {
    const message = `what was written more than ${limit_seconds} s in the future is not taken yet`;
    const reason = new TinyHostError('clock_ahead', message);
    this.#update({ reason });
    this.#saves.fail(reason);
  }

  /** The app, or another tab, has signed out or signed in as somebody. */
  #checkSession(current: Session | undefined): void {
    if (current?.session_uuid === this.#session.session_uuid) return;
    this.#finish({ status: 'signed-out', reason: signedOut() });
    if (this.#server.sessions.leaving) this.#erase();
  }

  async #exchangeByHttp(): Promise<void> {
    this.#shut();
    const exchange = new AbortController();
    this.#exchange = exchange;
    const { signal } = exchange;
    this.#update({ status: 'syncing', progress: 0 });
    const onProgress = (progress: number) => signal.aborted || this.#update({ progress });
    try {
      await manualSync(this.#server, this.#session, this.store, { signal, onProgress });
      if (!signal.aborted) this.#reopen();
    } catch (error) {
      if (signal.aborted) return;
      const reaction = reactionToFailure(error);
      if (reaction.kind !== 'retry') return this.#react(reaction);
      this.#update({ status: 'offline', progress: undefined });
      const timeout = setTimeout(() => this.#reopen(), EXCHANGE_PAUSE);
      signal.addEventListener('abort', () => clearTimeout(timeout));
    }
  }

  /** Stops without giving up: there may be a `resume()`. */
  #rest(state: Partial<ConnectionState>): void {
    this.#wanted = false;
    this.#shut();
    this.#update({ progress: undefined, ...state });
    if (state.reason) this.#saves.fail(state.reason);
  }

  #finish(state: Partial<ConnectionState>): void {
    if (this.#over) return;
    this.#over = true;
    this.#rest(state);
    this.#pulse.stop();
    this.#saves.stop();
    for (const cleanUp of this.#cleanUp) cleanUp();
  }
}

const closed = () => new TinyHostError('closed', 'the connection was closed');
const signedOut = () => new TinyHostError('signed_out', 'the session has ended', { status: 401 });
