import type * as Party from 'partykit/server';

/** Forwards each frame to all other connections. Stores nothing. */
export default class Relay implements Party.Server {
  static readonly onFetch = () => new Response('ok');

  readonly options: Party.ServerOptions;

  constructor(readonly room: Party.Room) {
    this.options = { hibernate: room.env.HIBERNATE === 'on' };
  }

  onMessage(message: string, sender: Party.Connection): void {
    this.room.broadcast(message, [sender.id]);
  }
}

Relay satisfies Party.Worker;
