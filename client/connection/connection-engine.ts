import type { MergeableStore } from 'tinybase';
import type { Role } from '../../src/protocol/membership.ts';
import type { Notices } from '../../src/protocol/notice.ts';
import { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import { callSafely, type Observable } from '../common/observable.ts';
import { watchNetwork } from '../common/runtime-events.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import { offlineCopyName } from '../offline/copy-owner.ts';
import type { OfflineCopy } from '../offline/offline-copy.ts';
import { openOfflineCopy } from '../offline/open-copy.ts';
import type { Session } from '../session/stored-session.ts';
import { hideHeartbeat } from '../sync/heartbeat.ts';
import { PresenceExchange } from '../sync/presence-exchange.ts';
import { ResumePoint } from '../sync/resume/resume-point.ts';
import { SaveTracker } from '../sync/save-tracker.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { ConnectionState, RefusedEdits } from './connection-state.ts';
import type { PresenceContext } from './presence.ts';
import { StateMachineRunner } from './state-machine/runner.ts';
import type { Event, MachineState } from './state-machine/types.ts';

const DEFAULT_FRAGMENT_BYTES = 100_000;

/** What a connection and its engine share. */
export interface ConnectionContext {
  readonly client: ClientContext;
  readonly session: Session;
  readonly store: MergeableStore;
  readonly options: ConnectionOptions;
  readonly state: Observable<ConnectionState>;
  readonly presence: PresenceContext;
}

/** Does the work of a connection: runs its state machine, tracks saves and keeps the copy. */
export class ConnectionEngine {
  readonly #context: ConnectionContext;
  readonly #point = new ResumePoint();
  readonly #saves: SaveTracker;
  readonly #presence: PresenceExchange;
  readonly #runner: StateMachineRunner;
  readonly #stopWatching: () => void;
  readonly #copy: OfflineCopy | undefined;
  #wasOnline = false;
  #isReadOnly = false;
  /** Whether the code that makes the store read-only has been requested. */
  #hasGuard = false;

  constructor(context: ConnectionContext) {
    const { client, store, options } = context;
    this.#context = context;
    if (options.heartbeat === false) hideHeartbeat(store);
    // What an app's persister loads later could not be told from edits.
    if (typeof options.offline !== 'function') this.#point.begin(store);
    this.#saves = new SaveTracker(store, this.#point, {
      onWrite: () => this.handle({ type: 'store-changed' }),
      onChange: (saved) => this.#updateSaved(saved),
      onTimeout: () => this.handle({ type: 'timeout' }),
    });
    this.#presence = new PresenceExchange(context.presence);
    this.#runner = this.#makeRunner();
    this.#stopWatching = watchNetwork(
      () => this.handle({ type: 'network-changed' }),
      client.events,
    );
    this.#copy = this.#openCopy();
    void Promise.resolve(this.#copy?.ready).then(() => this.handle({ type: 'copy-loaded' }));
  }

  /** Whether it does nothing any more. */
  get isOver(): boolean {
    return this.#runner.isOver;
  }

  handle(event: Event): void {
    this.#runner.handle(event);
  }

  /** Resolves when the server has stored all edits made before the call. */
  saved(): Promise<void> {
    return this.#saves.wait();
  }

  /** Closes the offline copy. Resolves within 3 seconds. */
  async stopCopy(): Promise<void> {
    if (!this.#copy) return;
    await this.#copy.stop();
    this.#context.client.copies.delete(this.#copy);
  }

  get #copyName(): string {
    const { client, session } = this.#context;
    return offlineCopyName(client.http.url, session.user);
  }

  /** Opens the offline copy, if the app wants one, and loads it into the store. */
  #openCopy(): OfflineCopy | undefined {
    const {
      client,
      store,
      options: { offline },
    } = this.#context;
    if (!offline) return undefined;
    const { events, copies } = client;
    const name = this.#copyName;
    if (client.store) client.storeCopies.add(name);
    const options = {
      name,
      create: typeof offline === 'function' ? offline : undefined,
      events,
      point: this.#point,
    };
    const copy = openOfflineCopy(store, options, (offlineError) => this.#update({ offlineError }));
    copies.add(copy);
    return copy;
  }

  #makeRunner(): StateMachineRunner {
    const { client, session, store, options } = this.#context;
    const context = {
      client,
      session,
      store,
      point: this.#point,
      timeouts: new AdaptiveTimeout(),
      fragmentSize: options.fragmentSize ?? DEFAULT_FRAGMENT_BYTES,
      onHeartbeat: (serverTime: number) => this.#recordHeartbeat(serverTime),
      onNotice: (notices: Partial<Notices>) => this.#takeNotices(notices),
      onProgress: (progress: number) => this.#update({ progress }),
    };
    return new StateMachineRunner(context, {
      onStep: (machine, retryAt) => this.#show(machine, retryAt),
      onSync: (sync) => {
        this.#saves.use(sync);
        this.#presence.use(sync);
      },
      onReject: (reason) => this.#saves.fail(reason),
      onForget: (reason) => {
        if (reason.code === 'accountDeleted') void client.sessions.leave(session);
        else client.sessions.forget(session);
      },
    });
  }

  #takeNotices(notices: Partial<Notices>): void {
    const { clock_ahead, cursor, role, members, refused, stores, presence } = notices;
    if (clock_ahead) this.#reportDeferral(clock_ahead);
    if (cursor !== undefined) this.#point.advance(cursor);
    if (role) this.#useRole(role);
    if (members !== undefined) this.#update({ members });
    if (refused) this.#reportRefusal({ reason: refused.reason, paths: refused.refused });
    if (stores !== undefined) this.#reportStores();
    if (presence) this.#presence.receive(presence);
  }

  /** Viewers are kept from writing here, so that their app does not show what others never see. */
  #useRole(role: Role): void {
    this.#update({ role });
    this.#reportStores();
    this.#isReadOnly = role === 'viewer';
    if (!this.#isReadOnly && !this.#hasGuard) return;
    this.#hasGuard = true;
    // Loaded on demand: only viewers need it. Without it, the server refuses what they write.
    void import('../sync/read-only.ts').then(
      ({ setReadOnly }) => setReadOnly(this.#context.store, this.#isReadOnly),
      () => undefined,
    );
  }

  #reportRefusal(refused: RefusedEdits): void {
    this.#update({ refused });
    callSafely(() => this.#context.options.onRefused?.(refused));
  }

  #reportStores(): void {
    for (const listener of this.#context.client.storeListeners) listener();
  }

  #show({ status, reason, phase }: MachineState, retryAt: number | undefined): void {
    const progress =
      phase === 'manual-sync' ? (this.#context.state.value.progress ?? 0) : undefined;
    const { client } = this.#context;
    const isNewlyOnline = status === 'online' && !this.#wasOnline;
    this.#wasOnline = phase === 'online';
    this.#update({ status, reason, progress, retryAt });
    if (isNewlyOnline && !client.store) this.#reportStores();
    if (phase !== 'ended') return;
    this.#saves.stop();
    this.#presence.stop();
    this.#stopWatching();
    void this.stopCopy();
    if (status !== 'refused') return;
    this.#reportStores();
    void client.storeCopies.erase(this.#copyName);
  }

  #update(change: Partial<ConnectionState>): void {
    const { state } = this.#context;
    state.set({ ...state.value, ...change });
  }

  #recordHeartbeat(serverTime: number): void {
    // The delay of the network is unknown, so this is only a lower bound of the server's time.
    this.#context.client.clock.learn(serverTime);
    this.#presence.keepAlive();
    this.#update({ heartbeatAt: Date.now() });
  }

  #updateSaved(saved: boolean): void {
    this.#update({ saved });
    if (saved) this.handle({ type: 'saved' });
  }

  #reportDeferral({ limit_seconds }: Notices['clock_ahead']): void {
    const message = `writes more than ${limit_seconds} s in the future are not accepted yet`;
    const reason = new TinyHostError('clock_ahead', message);
    this.handle({ type: 'writes-deferred', reason });
  }
}
