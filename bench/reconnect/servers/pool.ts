import { type Server, type ServerKind, startServer } from './start.ts';

/** Starts each server when it is first needed, and stops all of them together. */
export class ServerPool {
  readonly #servers = new Map<ServerKind, Promise<Server>>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The URL of a server. */
  async url(kind: ServerKind): Promise<string> {
    const server = this.#servers.get(kind) ?? startServer(kind, this.#folder);
    this.#servers.set(kind, server);
    return (await server).url;
  }

  /** Restarts all servers that were needed. */
  async restart(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(async (server) => (await server).restart()));
  }

  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.#servers.values());
    for (const result of servers) if (result.status === 'fulfilled') await result.value.stop();
    this.#servers.clear();
  }
}
