import type { MergeableStore } from 'tinybase';
import type { Notices } from '../../src/protocol/notice.ts';
import { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import { bindMembers } from '../common/bind-members.ts';
import { watchNetwork } from '../common/network-events.ts';
import { Observable } from '../common/observable.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import { offlineCopyName } from '../offline/erase-copy.ts';
import { type OfflineCopy, openOfflineCopy } from '../offline/open-copy.ts';
import type { Session } from '../session/session-keeper.ts';
import { hideHeartbeat } from '../sync/heartbeat.ts';
import { SaveTracker } from '../sync/save-tracker.ts';
import type { ConnectionState } from './connection-state.ts';
import { StateMachineRunner } from './state-machine/runner.ts';
import type { MachineState } from './state-machine/types.ts';

export interface ConnectionOptions {
  /**
   * Bytes of one fragment of a message; 100,000 by default. With 0 messages are not cut up, and
   * what is too large for a frame goes over HTTP.
   */
  fragmentSize?: number;
  /** Keeps a copy of the store in IndexedDB, so that it is there on a start without network. */
  offline?: boolean;
  /**
   * Whether the store shows the server's `heartbeat` value; true by default. Without it, undo and
   * redo by TinyBase's checkpoints see the app's own changes only. `state.heartbeatAt` stays.
   */
  heartbeat?: boolean;
}

const FRAGMENT_SIZE = 100_000;

/** Keeps a store in sync with the user's store on the server, for as long as the session lasts. */
export class Connection {
  readonly store: MergeableStore;
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
    store: MergeableStore,
    options: ConnectionOptions = {},
  ) {
    bindMembers(this);
    this.store = store;
    this.#client = client;
    this.#session = session;
    this.#options = options;
    if (options.heartbeat === false) hideHeartbeat(store);
    this.#saves = new SaveTracker(store, {
      onWrite: () => this.#runner.handle({ type: 'changed' }),
      onChange: (saved) => this.#noteSaved(saved),
      onSilence: () => this.#runner.handle({ type: 'timeout' }),
    });
    this.#runner = this.#makeRunner();
    this.#cleanUp = [
      client.sessions.subscribe((current) => this.#checkSession(current)),
      watchNetwork(() => this.#runner.handle({ type: 'network' })),
    ];
    this.#copy = this.#openCopy();
    void Promise.resolve(this.#copy?.ready).then(() => this.#runner.handle({ type: 'restored' }));
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
    if (this.#runner.isOver) throw this.state.reason ?? closed();
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort);
    });
    try {
      await Promise.race([this.#saves.wait(), aborted]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Disconnects until `resume()`; what the app writes meanwhile is kept. */
  pause(): void {
    this.#runner.handle({ type: 'pause' });
  }

  /** Connects now: after `pause()`, after a refusal, or instead of waiting for the next attempt. */
  resume(): void {
    this.#runner.handle({ type: 'resume' });
  }

  /** Ends the connection. The store stays as it is. */
  async close(): Promise<void> {
    this.#runner.handle({ type: 'end', status: 'offline', reason: closed() });
    await this.#copy?.stop();
  }

  /** Brings back the copy on this device, if the app wants one. */
  #openCopy(): OfflineCopy | undefined {
    if (!this.#options.offline) return undefined;
    const name = offlineCopyName(this.#client.http.url, this.#session.user);
    return openOfflineCopy(this.store, name, (offlineError) => this.#update({ offlineError }));
  }

  #makeRunner(): StateMachineRunner {
    const context = {
      client: this.#client,
      session: this.#session,
      store: this.store,
      timeouts: new AdaptiveTimeout(),
      fragmentSize: this.#options.fragmentSize ?? FRAGMENT_SIZE,
      onBeat: (serverTime: number) => this.#beat(serverTime),
      onNotice: ({ clock_ahead }: Partial<Notices>) => clock_ahead && this.#warn(clock_ahead),
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
    const progress = phase === 'exchanging' ? (this.state.progress ?? 0) : undefined;
    this.#update({ status, reason, progress, retryAt });
    if (phase !== 'ended') return;
    this.#saves.stop();
    for (const cleanUp of this.#cleanUp.splice(0)) cleanUp();
    void this.#copy?.stop();
  }

  #update(change: Partial<ConnectionState>): void {
    this.#state.set({ ...this.state, ...change });
  }

  #beat(serverTime: number): void {
    // How long it was on its way is unknown, but the server's clock has been there.
    this.#client.clock.learn(serverTime);
    this.#update({ heartbeatAt: Date.now() });
  }

  #noteSaved(saved: boolean): void {
    this.#update({ saved });
    if (saved) this.#runner.handle({ type: 'saved' });
  }

  #warn({ limit_seconds }: Notices['clock_ahead']): void {
    const message = `what was written more than ${limit_seconds} s in the future is not taken yet`;
    const reason = new TinyHostError('clock_ahead', message);
    this.#runner.handle({ type: 'warned', reason });
  }

  /** The app, or another tab, has signed out or signed in as somebody. */
  #checkSession(current: Session | undefined): void {
    if (current?.session_uuid === this.#session.session_uuid) return;
    this.#runner.handle({ type: 'end', status: 'signed-out', reason: signedOut() });
  }
}

const closed = () => new TinyHostError('closed', 'the connection was closed');
const signedOut = () => new TinyHostError('signed_out', 'the session has ended', { status: 401 });
