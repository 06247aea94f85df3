import type { MergeableStore } from 'tinybase';
import { CLOSE } from '../../src/protocol/close-codes.ts';
import { DEFAULT_HEARTBEAT_SECONDS } from '../../src/protocol/heartbeat.ts';
import type { Notices } from '../../src/protocol/notice.ts';
import type { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import type { ClientContext } from '../context.ts';
import { isNotFound } from '../errors.ts';
import type { Session } from '../session/stored-session.ts';
import { manualSync } from '../sync/manual-sync.ts';
import type { ResumePoint } from '../sync/resume/resume-point.ts';
import { type StoreSync, synchronize } from '../sync/store-sync.ts';
import { reactionToClose, reactionToFailure } from './close-reactions.ts';
import { openSocket } from './socket.ts';
import { requestAdmission, type SocketAdmission } from './socket-admission.ts';
import type { Event } from './state-machine/types.ts';

/** Timeouts on a good network. */
const TICKET_TIMEOUT_MS = 10_000;
const CHECK_TIMEOUT_MS = 3_000;
const COPY_TIMEOUT_MS = 10_000;
const MANUAL_SYNC_TIMEOUT_MS = 30_000;

/** What all attempts of a connection share. */
export interface AttemptContext {
  readonly client: ClientContext;
  readonly session: Session;
  readonly store: MergeableStore;
  readonly point: ResumePoint;
  readonly timeouts: AdaptiveTimeout;
  readonly fragmentSize: number;
  onFrame(): void;
  onHeartbeat(serverTime: number): void;
  onNotice(notices: Partial<Notices>): void;
  onProgress(part: number): void;
}

/**
 * One attempt to connect, from the request for a ticket to the end of the socket, or one exchange
 * over HTTP. It reports events to the state machine until `end()` is called.
 */
export class ConnectionAttempt {
  storeSync: StoreSync | undefined;
  #admission: SocketAdmission | undefined;
  #socket: WebSocket | undefined;
  #checking = false;
  readonly #context: AttemptContext;
  readonly #report: (event: Event) => void;
  readonly #ending = new AbortController();

  constructor(context: AttemptContext, report: (event: Event) => void) {
    this.#context = context;
    this.#report = (event) => this.#ending.signal.aborted || report(event);
  }

  /** Requests a ticket. `isRetry` tells whether an earlier attempt has failed. */
  authorize(isRetry: boolean): Promise<void> {
    const { client, session, timeouts } = this.#context;
    return this.#try(async (signal) => {
      const sentAt = performance.now();
      const options = { signal, timeoutMs: timeouts.for(TICKET_TIMEOUT_MS) };
      this.#admission = await requestAdmission(client, session, isRetry, options);
      timeouts.recordRoundTrip(performance.now() - sentAt);
      return { type: 'authorized' };
    });
  }

  openSocket(): void {
    try {
      this.#socket = openSocket(this.#context.client, this.#admission!.query, {
        onOpen: () => this.#report({ type: 'opened' }),
        onClose: (reaction) => this.#report({ type: 'failed', reaction }),
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  sync(): Promise<void> {
    const { client, session, store, point, timeouts, fragmentSize, ...context } = this.#context;
    return this.#try(async (signal) => {
      const sync = await synchronize(store, this.#socket!, {
        point,
        fragmentSize,
        timeouts,
        loadCopy: async () => {
          // Loaded on demand: few connections begin with a large store.
          const { loadFullCopy } = await import('../sync/resume/full-copy.ts');
          return loadFullCopy(store, {
            http: client.http,
            token: session.session_uuid,
            point,
            signal,
            timeoutMs: timeouts.for(COPY_TIMEOUT_MS),
            onProgress: () => signal.aborted || context.onFrame(),
          });
        },
        onFrame: () => signal.aborted || context.onFrame(),
        onHeartbeat: (serverTime) => signal.aborted || context.onHeartbeat(serverTime),
        onNotice: (notices) => signal.aborted || context.onNotice(notices),
        onLargeFrame: () => this.#report({ type: 'large-frame-sent' }),
        onOverflow: () => this.#report({ type: 'failed', reaction: { kind: 'manual-sync' } }),
      });
      if (signal.aborted) sync.stop();
      else this.storeSync = sync;
      await sync.started;
      return { type: 'synced' };
    });
  }

  /** Seconds between the server's heartbeats; 0 for none. */
  get heartbeatSeconds(): number {
    return this.#admission?.heartbeatSeconds ?? DEFAULT_HEARTBEAT_SECONDS;
  }

  /** Reports a `timeout` event if the server does not respond. */
  async checkServer(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      await this.storeSync?.reach(this.#context.timeouts.for(CHECK_TIMEOUT_MS));
    } catch {
      this.#report({ type: 'timeout' });
    }
    this.#checking = false;
  }

  syncManually(): Promise<void> {
    const { client, session, store, timeouts, onProgress, onNotice } = this.#context;
    return this.#try(async (signal) => ({
      type: 'manually-synced',
      deferred: await manualSync(client, session, store, {
        signal,
        timeoutMs: timeouts.for(MANUAL_SYNC_TIMEOUT_MS),
        onForbidden: (refused) =>
          signal.aborted || onNotice({ refused: { reason: 'role', refused } }),
        onProgress: (part) => {
          if (signal.aborted) return;
          onProgress(part);
          this.#report({ type: 'progress' });
        },
      }),
    }));
  }

  /** Aborts calls, closes the socket and reports no further events. */
  end(): void {
    this.#ending.abort();
    this.storeSync?.stop();
    this.#socket?.close();
  }

  /** Reports the event that `work` resolves with, or its failure. */
  async #try(work: (signal: AbortSignal) => Promise<Event>): Promise<void> {
    try {
      this.#report(await work(this.#ending.signal));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const isGone = this.#context.client.store && isNotFound(error);
    this.#report({
      type: 'failed',
      reaction: isGone ? reactionToClose(CLOSE.notAMember.code) : reactionToFailure(error),
    });
  }
}
