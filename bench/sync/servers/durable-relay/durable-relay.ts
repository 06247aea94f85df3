import type * as Party from 'partykit/server';

const HEARTBEAT_MS = 10_000;

/**
 * Stores each frame before it forwards it, and sends heartbeats from an alarm. It shows the
 * platform's own cost of both, because it does nothing else.
 */
export default class DurableRelay implements Party.Server {
  static readonly onFetch = () => new Response('ok');

  readonly options: Party.ServerOptions;
  #sequence = 0;

  constructor(readonly room: Party.Room) {
    this.options = { hibernate: room.env.HIBERNATE === 'on' };
  }

  async onConnect(): Promise<void> {
    if ((await this.room.storage.getAlarm()) === null) await this.#scheduleHeartbeat();
  }

  onMessage(message: string, sender: Party.Connection): void {
    void this.room.storage.put(`frame:${String(this.#sequence++).padStart(12, '0')}`, message);
    this.room.broadcast(message, [sender.id]);
  }

  onAlarm(): Promise<void> {
    this.room.broadcast(new Date().toISOString());
    return this.#scheduleHeartbeat();
  }

  #scheduleHeartbeat(): Promise<void> {
    return this.room.storage.setAlarm(Date.now() + HEARTBEAT_MS);
  }
}

DurableRelay satisfies Party.Worker;
