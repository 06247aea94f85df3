import type { MergeableStore } from 'tinybase';
import type { Notices } from '../../src/protocol/notice.ts';
import { abortReason, throwIfAborted } from '../common/abort.ts';
import { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import { bindMembers } from '../common/bind-members.ts';
import { Observable } from '../common/observable.ts';
import { watchNetwork } from '../common/runtime-events.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import { offlineCopyName } from '../offline/copy-owner.ts';
import type { CreatePersister, OfflineCopy } from '../offline/offline-copy.ts';
import { openOfflineCopy } from '../offline/open-copy.ts';
import type { NoSchemas, Schemas, StoreOf } from '../schemas.ts';
import type { Session } from '../session/stored-session.ts';
import { hideHeartbeat } from '../sync/heartbeat.ts';
import { SaveTracker } from '../sync/save-tracker.ts';
import type { ConnectionState } from './connection-state.ts';
import { StateMachineRunner } from './state-machine/runner.ts';
import type { MachineState } from './state-machine/types.ts';

export interface ConnectionOptions {
  /**
   * The size of one fragment of a message, in bytes; 100,000 by default. With 0, messages are not
   * fragmented, and a message too large for a frame causes an exchange over HTTP.
   */
  fragmentSize?: number;
  /**
   * Whether to keep a copy of the store in IndexedDB for a start without network; false by default.
   * A function creates a TinyBase persister that keeps the copy elsewhere, for example in a file.
   * `eraseOffline` of the client has to erase that copy.
   */
  offline?: boolean | CreatePersister;
  /**
   * Whether the store shows the server's `heartbeat` value; true by default. If false, TinyBase's
   * checkpoints record only the app's own changes for undo and redo. `state.heartbeatAt` is set in
   * both cases.
   */
  heartbeat?: boolean;
}

const DEFAULT_FRAGMENT_BYTES = 100_000;

/** Keeps a store in sync with the user's store on the server until the session ends. */
export class Connection<S extends Schemas = NoSchemas> {
  readonly store: StoreOf<S>;
  readonly #store: MergeableStore;
  readonly #client: ClientContext;
  readonly #session: Session;
  readonly #options: ConnectionOptions;
  readonly #state = new Observable<ConnectionState>({ status: 'connecting', saved: false });
  readonly #saves: SaveTracker;
  readonly #runner: StateMachineRunner;
  readonly #cleanUp: (() => void)[];
  readonly #copy: OfflineCopy | undefined;

  constructor(
    client: ClientContext,
    session: Session,
    store: StoreOf<S>,
    options: ConnectionOptions = {},
  ) {
    bindMembers(this);
    this.store = store;
    this.#store = store as MergeableStore;
    this.#client = client;
    this.#session = session;
    this.#options = options;
    if (options.heartbeat === false) hideHeartbeat(this.#store);
    this.#saves = new SaveTracker(this.#store, {
      onWrite: () => this.#runner.handle({ type: 'store-changed' }),
      onChange: (saved) => this.#updateSaved(saved),
      onTimeout: () => this.#runner.handle({ type: 'timeout' }),
    });
    this.#runner = this.#makeRunner();
    this.#cleanUp = [
      client.sessions.subscribe((current) => this.#checkSession(current)),
      watchNetwork(() => this.#runner.handle({ type: 'network-changed' }), client.events),
    ];
    this.#copy = this.#openCopy();
    void Promise.resolve(this.#copy?.ready).then(() =>
      this.#runner.handle({ type: 'copy-loaded' }),
    );
  }

  get state(): ConnectionState {
    return this.#state.value;
  }

  /** Calls `listener` after each change of the state. Returns a function that unsubscribes. */
  subscribe(listener: (state: ConnectionState) => void): () => void {
    return this.#state.subscribe(listener);
  }

  /**
   * Resolves when the server has stored everything written to the store before the call. Waits for
   * the network without a time limit. Rejects with a `TinyHostError` when the connection ends or is
   * refused or the server does not accept a write, and with the signal's reason when it aborts.
   */
  async saved({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    throwIfAborted(signal);
    if (this.#runner.isOver) throw this.state.reason ?? closed();
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(abortReason(signal));
      signal?.addEventListener('abort', abort);
    });
    try {
      await Promise.race([this.#saves.wait(), aborted]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Disconnects until `resume()`. The store keeps the edits that the app makes meanwhile. */
  pause(): void {
    this.#runner.handle({ type: 'pause' });
  }

  /** Connects now: after `pause()`, after a refusal, or before the next attempt is due. */
  resume(): void {
    this.#runner.handle({ type: 'resume' });
  }

  /** Ends the connection for good. The store keeps its content. Resolves within 3 seconds. */
  async close(): Promise<void> {
    this.#runner.handle({ type: 'end', status: 'offline', reason: closed() });
    await this.#stopCopy();
  }

  async #stopCopy(): Promise<void> {
    if (!this.#copy) return;
    await this.#copy.stop();
    this.#client.copies.delete(this.#copy);
  }

  /** Opens the offline copy, if the app wants one, and loads it into the store. */
  #openCopy(): OfflineCopy | undefined {
    const { offline } = this.#options;
    if (!offline) return undefined;
    const { http, events, copies } = this.#client;
    const options = {
      name: offlineCopyName(http.url, this.#session.user),
      create: typeof offline === 'function' ? offline : undefined,
      events,
    };
    const copy = openOfflineCopy(this.#store, options, (offlineError) =>
      this.#update({ offlineError }),
    );
    copies.add(copy);
    return copy;
  }

  #makeRunner(): StateMachineRunner {
    const context = {
      client: this.#client,
      session: this.#session,
      store: this.#store,
      timeouts: new AdaptiveTimeout(),
      fragmentSize: this.#options.fragmentSize ?? DEFAULT_FRAGMENT_BYTES,
      onHeartbeat: (serverTime: number) => this.#recordHeartbeat(serverTime),
      onNotice: ({ clock_ahead }: Partial<Notices>) =>
        clock_ahead && this.#reportDeferral(clock_ahead),
      onProgress: (progress: number) => this.#update({ progress }),
    };
    return new StateMachineRunner(context, {
      onStep: (machine, retryAt) => this.#show(machine, retryAt),
      onSync: (sync) => this.#saves.use(sync),
      onReject: (reason) => this.#saves.fail(reason),
      onForget: (reason) => {
        if (reason.code === 'accountDeleted') this.#client.sessions.leave(this.#session);
        else this.#client.sessions.forget(this.#session);
      },
    });
  }

  #show({ status, reason, phase }: MachineState, retryAt: number | undefined): void {
    const progress = phase === 'manual-sync' ? (this.state.progress ?? 0) : undefined;
    this.#update({ status, reason, progress, retryAt });
    if (phase !== 'ended') return;
    this.#saves.stop();
    for (const cleanUp of this.#cleanUp.splice(0)) cleanUp();
    void this.#stopCopy();
  }

  #update(change: Partial<ConnectionState>): void {
    this.#state.set({ ...this.state, ...change });
  }

  #recordHeartbeat(serverTime: number): void {
    // The delay of the network is unknown, so this is only a lower bound of the server's time.
    this.#client.clock.learn(serverTime);
    this.#update({ heartbeatAt: Date.now() });
  }

  #updateSaved(saved: boolean): void {
    this.#update({ saved });
    if (saved) this.#runner.handle({ type: 'saved' });
  }

  #reportDeferral({ limit_seconds }: Notices['clock_ahead']): void {
    const message = `writes more than ${limit_seconds} s in the future are not accepted yet`;
    const reason = new TinyHostError('clock_ahead', message);
    this.#runner.handle({ type: 'writes-deferred', reason });
  }

  /** Ends the connection when the app, or another tab, has signed out or in again. */
  #checkSession(current: Session | undefined): void {
    if (current?.session_uuid === this.#session.session_uuid) return;
    this.#runner.handle({ type: 'end', status: 'signed-out', reason: signedOut() });
  }
}

const closed = () => new TinyHostError('closed', 'the connection was closed');
const signedOut = () => new TinyHostError('signed_out', 'the session has ended', { status: 401 });
