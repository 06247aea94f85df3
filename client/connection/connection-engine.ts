import type { MergeableStore } from 'tinybase';
import type { Notices } from '../../src/protocol/notice.ts';
import { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import type { Observable } from '../common/observable.ts';
import { watchNetwork } from '../common/runtime-events.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import { offlineCopyName } from '../offline/copy-owner.ts';
import type { OfflineCopy } from '../offline/offline-copy.ts';
import { openOfflineCopy } from '../offline/open-copy.ts';
import type { Session } from '../session/stored-session.ts';
import { hideHeartbeat } from '../sync/heartbeat.ts';
import { ResumePoint } from '../sync/resume/resume-point.ts';
import { SaveTracker } from '../sync/save-tracker.ts';
import type { ConnectionOptions } from './connection-options.ts';
import type { ConnectionState } from './connection-state.ts';
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
}

/** Does the work of a connection: runs its state machine, tracks saves and keeps the copy. */
export class ConnectionEngine {
  readonly #context: ConnectionContext;
  readonly #point = new ResumePoint();
  readonly #saves: SaveTracker;
  readonly #runner: StateMachineRunner;
  readonly #stopWatching: () => void;
  readonly #copy: OfflineCopy | undefined;

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
    this.#runner = this.#makeRunner();
    this.#stopWatching = watchNetwork(
      () => this.handle({ type: 'network-changed' }),
      client.events,
    );
    this.#copy = this.#openCopy();
    void Promise.resolve(this.#copy?.ready).then(() => this.handle({ type: 'copy-loaded' }));
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

  /** Opens the offline copy, if the app wants one, and loads it into the store. */
  #openCopy(): OfflineCopy | undefined {
    const {
      client,
      session,
      store,
      options: { offline },
    } = this.#context;
    if (!offline) return undefined;
    const { http, events, copies } = client;
    const options = {
      name: offlineCopyName(http.url, session.user),
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
      onNotice: ({ clock_ahead, cursor }: Partial<Notices>) => {
        if (clock_ahead) this.#reportDeferral(clock_ahead);
        if (cursor !== undefined) this.#point.advance(cursor);
      },
      onProgress: (progress: number) => this.#update({ progress }),
    };
    return new StateMachineRunner(context, {
      onStep: (machine, retryAt) => this.#show(machine, retryAt),
      onSync: (sync) => this.#saves.use(sync),
      onReject: (reason) => this.#saves.fail(reason),
      onForget: (reason) => {
        if (reason.code === 'accountDeleted') void client.sessions.leave(session);
        else client.sessions.forget(session);
      },
    });
  }

  #show({ status, reason, phase }: MachineState, retryAt: number | undefined): void {
    const progress =
      phase === 'manual-sync' ? (this.#context.state.value.progress ?? 0) : undefined;
    this.#update({ status, reason, progress, retryAt });
    if (phase !== 'ended') return;
    this.#saves.stop();
    this.#stopWatching();
    void this.stopCopy();
  }

  #update(change: Partial<ConnectionState>): void {
    const { state } = this.#context;
    state.set({ ...state.value, ...change });
  }

  #recordHeartbeat(serverTime: number): void {
    // The delay of the network is unknown, so this is only a lower bound of the server's time.
    this.#context.client.clock.learn(serverTime);
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
