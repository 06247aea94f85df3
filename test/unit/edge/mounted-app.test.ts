import { expect, it } from 'vitest';
import { readConfig } from '../../../src/config/config.ts';
import { handleRequest } from '../../../src/edge/app.ts';
import { logWords } from '../../../src/log.ts';
import type { EdgeHost } from '../../../src/platform.ts';

const rooms = () => {
  throw new Error('no request of these tests reaches a room');
};

const host: EdgeHost = {
  engine: 'workers',
  mount: { basePath: '/sync' },
  log: () => undefined,
  config: readConfig({}),
  faults: [],
  rooms: { auth: rooms, user: rooms },
  argon2: () => Promise.reject(new Error('there is no module')),
  page: async () => undefined,
  dashboard: async () => undefined,
  limitRequests: rooms,
  pseudonyms: async () => {
    const hidden = () => logWords('hidden');
    return { account: hidden, network: hidden, session: hidden };
  },
};

it.each([
  ['/sync/todo/session', 401],
  ['/sync/todo/nothing', 404],
  ['/sync/health', 200],
  // An app should not pass these on, and they are no other way in.
  ['/todo/session', 404],
  ['/health', 404],
  ['/%73ync/todo/session', 404],
  ['/syncs/todo/session', 404],
])('an app that passes on %s gets %i', async (path, status) => {
  const response = await handleRequest(new Request(`https://app.example${path}`), host);
  expect(response.status).toBe(status);
  expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
});
