import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { CloseEventReason } from '../../../src/protocol/close-codes.ts';
import { socketUrl } from '../devices/devices.ts';
import type { User } from './users.ts';

/** Sends frames through a raw socket of a user, and opens a new one when it is closed. */
export class Attacker {
  readonly #url: string;
  #socket: WebSocket | undefined;
  #sent = 0;

  constructor(user: User) {
    this.#url = socketUrl(user);
  }

  /**
   * Sends one frame, and resolves when it was handled, with the close reason if the socket was
   * closed.
   */
  async send(frame: string | ArrayBuffer): Promise<CloseEventReason | undefined> {
    const socket = this.#socket ?? (await this.#connect());
    const id = `attack.${this.#sent++}`;
    return new Promise((resolve) => {
      const onMessage = (data: Buffer) => {
        if (data.toString().startsWith(`S\n["${id}",0,`)) end();
      };
      const onClose = (code: number, reason: Buffer) => {
        this.#socket = undefined;
        end({ code, reason: reason.toString() });
      };
      const end = (closed?: CloseEventReason) => {
        socket.off('message', onMessage).off('close', onClose);
        resolve(closed);
      };
      socket.on('message', onMessage).on('close', onClose);
      socket.send(frame);
      // The response to a hash request shows that all earlier frames were handled.
      socket.send(`\n["${id}",1,""]`);
    });
  }

  close(): void {
    this.#socket?.terminate();
  }

  async #connect(): Promise<WebSocket> {
    this.#socket = new WebSocket(this.#url);
    // A frame in transit to a closing socket is not an error here.
    this.#socket.on('error', () => undefined);
    await once(this.#socket, 'open');
    return this.#socket;
  }
}
