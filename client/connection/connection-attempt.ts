import type { MergeableStore } from 'tinybase';
import type { Notices } from '../../src/protocol/notice.ts';
import type { AdaptiveTimeout } from '../common/adaptive-timeout.ts';
import type { ClientContext } from '../context.ts';
import type { Session } from '../session/session-keeper.ts';
import { HEARTBEAT_SECONDS } from '../sync/heartbeat.ts';
import { manualSync } from '../sync/manual-sync.ts';
import { type StoreSync, synchronize } from '../sync/store-sync.ts';
import { type Reaction, reactionToFailure } from './close-reactions.ts';
import { type Admission, admission, openSocket } from './socket.ts';
import type { Event } from './state-machine/types.ts';

/** How long an answer usually takes at most, in milliseconds. */
const ANSWER = 10_000;
/** How long a socket may keep silent once there is doubt about the network, in milliseconds. */
const DOUBT = 3_000;
/** How long an exchange may make no progress, in milliseconds. */
const EXCHANGE = 30_000;

/** What all attempts of a connection have in common. */
export interface AttemptContext {
  readonly client: ClientContext;
  readonly session: Session;
  readonly store: MergeableStore;
  readonly timeouts: AdaptiveTimeout;
  readonly fragmentSize: number;
  onFrame(): void;
  onBeat(serverTime: number): void;
  onNotice(notices: Partial<Notices>): void;
  onProgress(part: number): void;
}

/**
 * One attempt to be connected, from its ticket to the end of its socket, or one exchange over
 * HTTP. It has at most one thing open, tells what comes of it, and nothing after its end.
 */
export class Attempt {
  sync: StoreSync | undefined;
  #admission: Admission | undefined;
  #socket: WebSocket | undefined;
  #checking = false;
  readonly #context: AttemptContext;
  readonly #report: (event: Event) => void;
  readonly #ending = new AbortController();

  constructor(context: AttemptContext, report: (event: Event) => void) {
    this.#context = context;
    this.#report = (event) => this.#ending.signal.aborted || report(event);
  }

  /** Gets what lets a socket in; `again` is whether an attempt has failed before. */
  admit(again: boolean): Promise<void> {
    const { client, session, timeouts } = this.#context;
    return this.#try(async (signal) => {
      const sentAt = performance.now();
      const options = { signal, timeoutMs: timeouts.for(ANSWER) };
      this.#admission = await admission(client, session, again, options);
      timeouts.recordRoundTrip(performance.now() - sentAt);
      return { type: 'admitted' };
    });
  }

  connect(): void {
    try {
      this.#socket = openSocket(this.#context.client, this.#admission!.query, {
        opened: () => this.#report({ type: 'opened' }),
        closed: (reaction) => this.#report({ type: 'failed', reaction: this.#explain(reaction) }),
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  join(): Promise<void> {
    const { store, timeouts, fragmentSize, ...context } = this.#context;
    return this.#try(async (signal) => {
      const sync = await synchronize(store, this.#socket!, {
        fragmentSize,
        timeouts,
        onFrame: () => signal.aborted || context.onFrame(),
        onBeat: (serverTime) => signal.aborted || context.onBeat(serverTime),
        onNotice: (notices) => signal.aborted || context.onNotice(notices),
        onOverflow: () => this.#report({ type: 'failed', reaction: { kind: 'manual-sync' } }),
      });
      if (signal.aborted) sync.stop();
      else this.sync = sync;
      await sync.started;
      await sync.hashesMatch();
      return { type: 'joined' };
    });
  }

  /** Seconds between the heartbeats that are to be expected. */
  get heartbeatSeconds(): number {
    return this.#admission?.heartbeatSeconds ?? HEARTBEAT_SECONDS;
  }

  /** Makes sure that the server still answers. */
  async check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      await this.sync?.hashesMatch(this.#context.timeouts.for(DOUBT));
    } catch {
      this.#report({ type: 'timeout' });
    }
    this.#checking = false;
  }

  exchange(): Promise<void> {
    const { client, session, store, timeouts, onProgress } = this.#context;
    return this.#try(async (signal) => ({
      type: 'exchanged',
      deferred: await manualSync(client, session, store, {
        signal,
        timeoutMs: timeouts.for(EXCHANGE),
        onProgress: (part) => {
          if (signal.aborted) return;
          onProgress(part);
          this.#report({ type: 'progress' });
        },
      }),
    }));
  }

  /** Lets go of everything. */
  end(): void {
    this.#ending.abort();
    this.sync?.stop();
    this.#socket?.close();
  }

  #explain(reaction: Reaction): Reaction {
    const isTooLarge = reaction.kind === 'retry' && this.sync?.exceededFrameLimit();
    return isTooLarge ? { kind: 'manual-sync' } : reaction;
  }

  /** Tells what comes of some work. Whatever fails in it leads to a pause. */
  async #try(work: (signal: AbortSignal) => Promise<Event>): Promise<void> {
    try {
      this.#report(await work(this.#ending.signal));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#report({ type: 'failed', reaction: reactionToFailure(error) });
  }
}
