import type * as Party from 'partykit/server';
import { createTinyHost } from './tinyhost.ts';

/** The path of the page's HTML in the folder that partykit.json serves. */
const PAGE = '/page.txt';

const tinyhost = createTinyHost({
  page: async ({ assets }) => ((await assets.fetch(PAGE)) ?? undefined) as Response | undefined,
});

/** The main party runs the edge. Its rooms are never used. */
export default class Main implements Party.Server {
  static readonly onFetch = tinyhost.fetch;
  static readonly onBeforeRequest = tinyhost.fetch;
  static readonly onBeforeConnect = tinyhost.fetch;

  readonly options: Party.ServerOptions = { hibernate: true };
}

Main satisfies Party.Worker;
