import type { MergeableStore } from 'tinybase';
import type { Role } from '../../src/protocol/membership.ts';
import { abortReason, throwIfAborted } from '../common/abort.ts';
import { exponentialBackoff } from '../common/backoff.ts';
import { bindMembers } from '../common/bind-members.ts';
import { Observable } from '../common/observable.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import type { NoSchemas, Schemas, StoreOf } from '../schemas.ts';
import type { Session } from '../session/stored-session.ts';
import type { ConnectionContext, ConnectionEngine } from './connection-engine.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { ConnectionState, ConnectionStatus } from './connection-state.ts';
import { Presence, presenceContext } from './presence.ts';
import type { Event } from './state-machine/types.ts';

export type { ConnectionOptions } from './connection-options.ts';

/** The delays before the engine's code is requested again after a failure. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/**
 * Keeps a store in sync with the user's store on the server until the session ends. The engine,
 * which does the work, is loaded when the first connection is made.
 */
export class Connection<S extends Schemas = NoSchemas> {
  readonly store: StoreOf<S>;
  /** Who else is connected to the store, and what they are doing. */
  readonly presence: Presence;
  readonly #state: Observable<ConnectionState>;
  readonly #context: ConnectionContext;
  readonly #unsubscribe: () => void;
  readonly #loading: Promise<ConnectionEngine | undefined>;
  #engine: ConnectionEngine | undefined;
  /** What has happened before the engine was loaded. */
  readonly #early: Event[] = [];
  /** Ends the pause before the engine's code is requested again. */
  #endPause = (): void => undefined;
  #isOver = false;

  constructor(
    client: ClientContext,
    session: Session,
    store: StoreOf<S>,
    options: ConnectionOptions = {},
  ) {
    bindMembers(this);
    this.store = store;
    const role = client.store ? undefined : 'owner';
    this.#state = new Observable<ConnectionState>({ status: 'connecting', saved: false, role });
    const presence = presenceContext();
    this.presence = new Presence(presence);
    this.#context = {
      client,
      session,
      store: store as MergeableStore,
      options,
      state: this.#state,
      presence,
    };
    this.#unsubscribe = client.sessions.subscribe((current) => this.#checkSession(current));
    this.#loading = this.#load();
  }

  get state(): ConnectionState {
    return this.#state.value;
  }

  /** What the user may do in the store; undefined until the server has told it. */
  get role(): Role | undefined {
    return this.state.role;
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
    let abort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(abortReason(signal));
      signal?.addEventListener('abort', abort);
    });
    try {
      await Promise.race([this.#saved(), aborted]);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Disconnects until `resume()`. The store keeps the edits that the app makes meanwhile. */
  pause(): void {
    this.#handle({ type: 'pause' });
  }

  /** Connects now: after `pause()`, after a refusal, or before the next attempt is due. */
  resume(): void {
    this.#handle({ type: 'resume' });
    this.#endPause();
  }

  /** Ends the connection for good. The store keeps its content. Resolves within 3 seconds. */
  async close(): Promise<void> {
    this.#end('offline', closed());
    await this.#engine?.stopCopy();
  }

  async #saved(): Promise<void> {
    const engine = this.#engine ?? (await this.#loading);
    const { status, reason } = this.state;
    const isOver = this.#isOver || status === 'signed-out' || engine?.isOver;
    if (!engine || isOver) throw reason ?? closed();
    await engine.saved();
  }

  #handle(event: Event): void {
    if (this.#engine) this.#engine.handle(event);
    else this.#early.push(event);
  }

  #end(status: ConnectionStatus, reason: TinyHostError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unsubscribe();
    if (this.#engine) this.#engine.handle({ type: 'end', status, reason });
    else this.#state.set({ ...this.state, status, reason });
    this.#endPause();
  }

  /** Resolves with undefined if the connection ends before the engine is loaded. */
  async #load(): Promise<ConnectionEngine | undefined> {
    for (let failures = 1; !this.#isOver; failures += 1) {
      const module = await import('./connection-engine.ts').catch((cause: unknown) =>
        this.#wait(exponentialBackoff(failures, FIRST_DELAY_MS, LONGEST_DELAY_MS), cause),
      );
      if (module && !this.#isOver) return this.#start(new module.ConnectionEngine(this.#context));
    }
    return undefined;
  }

  /** Waits before the code of the engine is requested again. */
  async #wait(milliseconds: number, cause: unknown): Promise<void> {
    const message = 'the code of the connection could not be loaded';
    const reason = new TinyHostError('network', message, { cause });
    const retryAt = Date.now() + milliseconds;
    if (this.#isOver) return;
    this.#state.set({ ...this.state, status: 'offline', reason, retryAt });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #start(engine: ConnectionEngine): ConnectionEngine {
    this.#engine = engine;
    for (const event of this.#early.splice(0)) engine.handle(event);
    return engine;
  }

  /** Ends the connection when the app, or another tab, has signed out or in again. */
  #checkSession(current: Session | undefined): void {
    if (current?.session_uuid === this.#context.session.session_uuid) return;
    this.#end('signed-out', signedOut());
  }
}

const closed = () => new TinyHostError('closed', 'the connection was closed');
const signedOut = () => new TinyHostError('signed_out', 'the session has ended', { status: 401 });
