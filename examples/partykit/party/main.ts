import type * as Party from 'partykit/server';
import { createTinyHost } from 'tinyhost/partykit';

/** Also imported by the modules of the two parties. */
export const tinyhost = createTinyHost({
  basePath: '/sync',
  parties: { auth: 'tinyhost_auth', user: 'tinyhost_user' },
});

export default class Main implements Party.Server {
  readonly options: Party.ServerOptions = { hibernate: true };

  static async onFetch(request: Party.Request, lobby: Party.FetchLobby): Promise<Response> {
    if (tinyhost.matches(request)) return tinyhost.fetch(request, lobby);
    const { pathname } = new URL(request.url);
    if (pathname === '/hello') return Response.json({ message: lobby.env.GREETING });
    return new Response('not found', { status: 404 });
  }
}
