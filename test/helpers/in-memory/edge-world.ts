import { edgePseudonyms } from '../../../src/auth/audit/pseudonyms.ts';
import { limitEdgeRequests } from '../../../src/auth/rate-limit/request-counter.ts';
import { findFaults, readConfig } from '../../../src/config/config.ts';
import { handleRequest } from '../../../src/edge/app.ts';
import { logger } from '../../../src/log.ts';
import type { EdgeHost } from '../../../src/platform.ts';
import { AuthWorld } from './auth-world.ts';

/** The edge and all auth rooms in memory. */
export class EdgeWorld {
  readonly auth: AuthWorld;
  readonly host: EdgeHost;
  /** The names of the auth rooms that were called. */
  readonly called: string[] = [];

  constructor(settings: Record<string, unknown> = {}) {
    // With its own key, a log line of the edge takes no call to a room.
    const variables = { LOG_KEY: 'x'.repeat(32), ...settings };
    this.auth = new AuthWorld(variables);
    const { auth, user } = this.auth;
    this.host = {
      engine: 'workers',
      mount: { basePath: '' },
      log: logger('workers', 'edge'),
      config: readConfig(variables),
      faults: findFaults(variables),
      rooms: {
        auth: (name) => {
          this.called.push(name);
          return auth(name);
        },
        user,
      },
      argon2: this.auth.argon2,
      page: async () => undefined,
      dashboard: async () => undefined,
      pseudonyms: edgePseudonyms,
      limitRequests: limitEdgeRequests,
    };
  }

  /** Sends a request from a network. With `body`, it has JSON. */
  async send(
    method: string,
    path: string,
    { key, body, address = '192.0.2.1' }: { key?: string; body?: unknown; address?: string } = {},
  ): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
    const request = new Request(`https://api.example${path}`, {
      method,
      headers: {
        'CF-Connecting-IP': address,
        'Content-Type': 'application/json',
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const response = await handleRequest(request, this.host);
    const text = await response.text();
    const { status, headers } = response;
    const isJson = headers.get('content-type')?.startsWith('application/json');
    return { status, headers, body: isJson && text !== '' ? JSON.parse(text) : {} };
  }
}
