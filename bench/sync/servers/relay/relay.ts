import type * as Party from 'partykit/server';

/** The least a room can do: it hands each frame to everybody else, and stores nothing. */
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
