import { MESSAGE } from '../../src/protocol/frame.ts';
import { NOTICE_ID, type Notices, readNotices } from '../../src/protocol/notice.ts';
import { heartbeatTime } from './heartbeat.ts';
import { PendingRequests } from './pending-requests.ts';
import { ReceivedStamps } from './received-stamps.ts';

export interface InboundEvents {
  /** Called for each frame that arrives. */
  onFrame(): void;
  /** Called for each heartbeat, with the server's time in milliseconds since the epoch. */
  onHeartbeat(serverTime: number): void;
  onNotice(notices: Partial<Notices>): void;
}

/** Dispatches the frames and messages that arrive through a socket. */
export class InboundMessages {
  readonly requests = new PendingRequests();
  readonly received = new ReceivedStamps();
  /** Whether the synchronizer has written all received messages to the store. */
  isIdle = (): boolean => true;
  readonly #events: InboundEvents;

  constructor(events: InboundEvents) {
    this.#events = events;
  }

  addFrame(): void {
    this.#events.onFrame();
    this.requests.keepAlive();
  }

  addMessage(id: string | null, message: number, body: unknown): void {
    if (this.isIdle()) this.received.clear();
    this.received.add(body);
    const serverTime = heartbeatTime(message, body);
    if (serverTime !== undefined) this.#events.onHeartbeat(serverTime);
    if (message !== MESSAGE.response || id === null) return;
    if (id === NOTICE_ID) this.#events.onNotice(readNotices(body));
    else this.requests.respond(id, JSON.stringify(body));
  }
}
