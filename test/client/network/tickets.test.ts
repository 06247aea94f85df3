import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect, signedInClient, untilStatus } from '../../helpers/devices/clients.ts';

/** A WebSocket class that records the queries of the URLs that it opens. */
function recordingSockets() {
  const queries: URLSearchParams[] = [];
  class RecordingWebSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      queries.push(new URL(url).searchParams);
    }
  }
  return { queries, WebSocket: RecordingWebSocket };
}

test('each socket is opened with a new ticket, and its URL does not contain the session', async () => {
  const { queries, WebSocket } = recordingSockets();
  const client = await signedInClient({ WebSocket });
  for (let sockets = 0; sockets < 2; sockets++) {
    const connection = connect(client);
    await untilStatus(connection, 'online');
    connection.close();
  }
  expect(new Set(queries.map((query) => query.get('ticket'))).size).toBe(2);
  expect(`${queries}`).not.toContain(client.currentSession?.session_uuid);
});

test('without tickets of the server, the session opens the socket', async () => {
  const { queries, WebSocket } = recordingSockets();
  const client = await signedInClient({
    WebSocket,
    fetch: async (input, init) =>
      `${input}`.endsWith('/ws-ticket')
        ? Response.json({ error: 'not_found', message: 'no such route' }, { status: 404 })
        : fetch(input, init),
  });
  await untilStatus(connect(client), 'online');
  expect(queries.map((query) => query.get('sessionUuid'))).toEqual([
    client.currentSession?.session_uuid,
  ]);
});
