import type * as Party from 'partykit/server';
import { enter } from './host.ts';

/** The main party runs the edge. Its rooms are never used. */
export default class Main implements Party.Server {
  static readonly onFetch = enter;
  static readonly onBeforeRequest = enter;
  static readonly onBeforeConnect = enter;

  readonly options: Party.ServerOptions = { hibernate: true };
}

Main satisfies Party.Worker;
