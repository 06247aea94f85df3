import type * as Party from 'partykit/server';

const BEAT_MS = 10_000;

/**
 * The least a room can do that stores each frame before anybody sees it, and sends a heartbeat from
 * its alarm: what the platform itself takes for the two.
 */
export default class DurableRelay implements Party.Server {
  static readonly onFetch = () => new Response('ok');

  readonly options: Party.ServerOptions;
  #sequence = 0;

  constructor(readonly room: Party.Room) {
    this.options = { hibernate: room.env.HIBERNATE === 'on' };
  }

  async onConnect(): Promise<void> {
    if ((await this.room.storage.getAlarm()) === null) await this.#planBeat();
  }

  onMessage(message: string, sender: Party.Connection): void {
    void this.room.storage.put(`frame:${String(this.#sequence++).padStart(12, '0')}`, message);
    this.room.broadcast(message, [sender.id]);
  }

  onAlarm(): Promise<void> {
    this.room.broadcast(new Date().toISOString());
    return this.#planBeat();
  }

  #planBeat(): Promise<void> {
    return this.room.storage.setAlarm(Date.now() + BEAT_MS);
  }
}

DurableRelay satisfies Party.Worker;
