import { createMergeableStore, type MergeableStore } from 'tinybase';
import { HttpClient } from '../../../../client/api/http-client.ts';
import { ServerClock } from '../../../../client/api/server-clock.ts';
import { AdaptiveTimeout } from '../../../../client/common/adaptive-timeout.ts';
import { loadFullCopy } from '../../../../client/sync/resume/full-copy.ts';
import { ResumePoint } from '../../../../client/sync/resume/resume-point.ts';
import { SaveTracker } from '../../../../client/sync/save-tracker.ts';
import { type StoreSync, synchronize } from '../../../../client/sync/store-sync.ts';
import type { ProvenDevice } from '../../../../src/operations/proven-access.ts';
import type { MemoryRoom, MemorySocket } from './memory-room.ts';

const ignore = () => undefined;

/** A store with the parts of our client that synchronize it, without sessions, timers or state. */
export class ResumingDevice {
  readonly store: MergeableStore;
  readonly point: ResumePoint;
  readonly saves: SaveTracker;
  socket: MemorySocket | undefined;
  sync: StoreSync | undefined;
  /** Bytes of one fragment; 0 to send messages unfragmented. */
  fragmentSize = 0;
  /** What the edge has proven about it, beside the defaults. */
  proven: Partial<ProvenDevice> = {};
  /** Called when all edits are saved. */
  onSaved: () => void = ignore;

  /** How many full copies it has loaded, or tried to load. */
  copies = 0;

  constructor(store = createMergeableStore(), point = new ResumePoint()) {
    this.store = store;
    point.begin(store);
    this.point = point;
    this.saves = new SaveTracker(store, point, {
      onWrite: ignore,
      onChange: (saved) => saved && this.onSaved(),
      onTimeout: () => this.leave(),
    });
  }

  /**
   * Connects. `started` of the result settles when it is in sync, or has failed; then the device
   * leaves.
   */
  async join(room: MemoryRoom): Promise<StoreSync> {
    const socket = await room.open({ resumes: true, ...this.proven });
    const sync = await synchronize(this.store, socket.clientEnd, {
      fragmentSize: this.fragmentSize,
      timeouts: new AdaptiveTimeout(),
      point: this.point,
      loadCopy: () => this.#loadCopy(room),
      onFrame: ignore,
      onHeartbeat: ignore,
      onNotice: ({ cursor }) => cursor !== undefined && this.point.advance(cursor),
      onLargeFrame: ignore,
      onOverflow: ignore,
    });
    this.socket = socket;
    this.sync = sync;
    void sync.started.then(
      () => this.sync === sync && this.saves.use(sync),
      () => this.sync === sync && this.leave(),
    );
    return sync;
  }

  #loadCopy(room: MemoryRoom): Promise<string> {
    this.copies += 1;
    const fetcher = (url: string, init: RequestInit) => room.room.request(new Request(url, init));
    return loadFullCopy(this.store, {
      http: new HttpClient('http://room', fetcher as typeof fetch, new ServerClock()),
      token: 'a',
      point: this.point,
      onProgress: ignore,
    });
  }

  /** Loses the connection. */
  leave(): void {
    this.saves.use(undefined);
    this.sync?.stop();
    this.sync = undefined;
    this.socket?.close(1006, 'the network is gone');
    this.socket = undefined;
  }

  /** Ends everything that still runs. */
  stop(): void {
    this.leave();
    this.saves.stop();
  }
}
