import { getUniqueId } from 'tinybase/common';
import { IdleTimer } from '../common/idle-timer.ts';

interface PendingRequest {
  resolve(response: string): void;
  reject(error: Error): void;
  timer: IdleTimer;
}

/** The client's own requests on a socket that it shares with TinyBase's synchronizer. */
export class PendingRequests {
  readonly #pending = new Map<string, PendingRequest>();

  /**
   * Calls `transmit` with a new request id and resolves with the response. Rejects when no frame
   * arrives for `milliseconds`, or no response within 20 times that.
   */
  send(milliseconds: number, transmit: (id: string) => void): Promise<string> {
    const id = `tinyhost.${getUniqueId()}`;
    return new Promise((resolve, reject) => {
      const timer = new IdleTimer(() => this.#remove(id)?.reject(new Error('no response')));
      this.#pending.set(id, { resolve, reject, timer });
      timer.start(milliseconds);
      transmit(id);
    });
  }

  /** Restarts all timeouts: a frame arrived, so the server may just be busy with earlier work. */
  keepAlive(): void {
    for (const { timer } of this.#pending.values()) timer.reset();
  }

  /** Settles the request with this id. Ignores responses to TinyBase's requests. */
  respond(id: string, body: string): void {
    this.#remove(id)?.resolve(body);
  }

  /** Rejects all pending requests. */
  rejectAll(): void {
    for (const id of [...this.#pending.keys()]) this.#remove(id)?.reject(new Error('disconnected'));
  }

  #remove(id: string): PendingRequest | undefined {
    const request = this.#pending.get(id);
    request?.timer.stop();
    this.#pending.delete(id);
    return request;
  }
}
