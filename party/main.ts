import type * as Party from 'partykit/server';
import { createTinyHost } from './tinyhost.ts';

/** Reads a file of the folder that partykit.json serves. */
const file =
  (path: string) =>
  async ({ assets }: Party.FetchLobby): Promise<Response | undefined> =>
    ((await assets.fetch(path)) ?? undefined) as Response | undefined;

const tinyhost = createTinyHost({ page: file('/page.txt'), dashboard: file('/dashboard.txt') });

/** The main party runs the edge. Its rooms are never used. */
export default class Main implements Party.Server {
  static readonly onFetch = tinyhost.fetch;
  static readonly onBeforeRequest = tinyhost.fetch;
  static readonly onBeforeConnect = tinyhost.fetch;

  readonly options: Party.ServerOptions = { hibernate: true };
}

Main satisfies Party.Worker;
