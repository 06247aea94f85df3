import { once } from 'node:events';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { socketUrl } from '../../helpers/devices/devices.ts';
import { bearer, newUser } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

const url = inject('url');
const Origin = 'https://app.example';

test('a preflight from any origin is allowed and cacheable for a day', async () => {
  const response = await fetch(`${url}/todo/sign-in`, {
    method: 'OPTIONS',
    headers: {
      Origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-session-uuid',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-max-age')).toBe('86400');
  expect(response.headers.get('access-control-allow-headers')).toContain('X-Session-UUID');
});

test('pages of any origin can read responses and refusals, and no cache stores them', async () => {
  const { session_uuid } = await newUser();
  for (const headers of [{ Origin, ...bearer(session_uuid) }, { Origin }]) {
    const response = await fetch(`${url}/api/session`, { headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
});

test('with a list of origins, requests and sockets from other origins are refused', async () => {
  const server = await startServer({ vars: { ALLOWED_ORIGINS: Origin } });
  onTestFinished(() => server.stop());
  const user = await newUser({ url: server.url });
  const ends = async (origin: string) => {
    const headers = { Origin: origin, ...bearer(user.session_uuid) };
    const response = await fetch(`${server.url}/api/session`, { headers });
    const socket = new WebSocket(socketUrl(user), { origin });
    onTestFinished(() => socket.terminate());
    socket.on('error', () => undefined);
    const refused = once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode);
    const upgraded = once(socket, 'open').then(() => 101);
    const allowed = response.headers.get('access-control-allow-origin');
    return [response.status, allowed, await Promise.race([refused, upgraded])];
  };
  for (const origin of [Origin, server.url]) expect(await ends(origin)).toEqual([200, origin, 101]);
  for (const origin of ['https://other.example', `${Origin}.other.example`, 'null']) {
    expect(await ends(origin)).toEqual([403, null, 403]);
  }
});
