import { createTinyHost } from 'tinyhost/worker';

interface Env {
  GREETING: string;
}

const tinyhost = createTinyHost<Env>({ basePath: '/sync' });

// The two Durable Objects of wrangler.jsonc.
export class TinyHostAuth extends tinyhost.Auth {}
export class TinyHostUser extends tinyhost.User {}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (tinyhost.matches(request)) return tinyhost.fetch(request, env);
    const { pathname } = new URL(request.url);
    if (pathname === '/hello') return Response.json({ message: env.GREETING });
    return new Response('not found', { status: 404 });
  },
};
