import { type Connection, routePartykitRequest } from 'partyserver';
import { YServer } from 'y-partyserver';

/** A Yjs document in memory: it stores nothing, and lasts as long as a device is connected. */
export class Room extends YServer {
  /** A response tells the device that everything it has sent before is in the document. */
  override onCustomMessage(connection: Connection, message: string): void {
    this.sendCustomMessage(connection, message);
  }
}

export default {
  async fetch(request: Request, env: Record<string, unknown>): Promise<Response> {
    return (await routePartykitRequest(request, env as never)) ?? new Response('ok');
  },
};
