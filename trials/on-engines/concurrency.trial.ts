import { once } from 'node:events';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DevServer } from '../../dev/dev-server.ts';
import { socketUrl } from '../../test/helpers/devices/devices.ts';
import { openSocket } from '../../test/helpers/requests/open-socket.ts';
import {
  ask,
  NAMESPACE,
  newUser,
  post,
  type User,
  uniqueEmail,
} from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';
import { peakGrowth, residentMemory } from '../memory.ts';

const engine = inject('engine');

let server: DevServer;
beforeAll(async () => {
  server = await startServer({ vars: { AUTH_REQUESTS_PER_MINUTE: 0 } });
});
afterAll(() => server.stop());

const times = <Value>(count: number, run: (index: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

test('exactly one of 50 concurrent sign-ups with one address succeeds', async () => {
  const email = uniqueEmail();
  const statuses = await times(50, async (index) => {
    const credentials = { email, password: `the passphrase number ${index}` };
    return (await post(`${server.url}/${NAMESPACE}/sign-up`, credentials)).status;
  });
  const won = statuses.filter((status) => status === 200).length;
  const lost = statuses.filter((status) => [409, 503].includes(status)).length;
  console.log(`${engine}: of 50 sign-ups with one address, ${won} succeeded, ${lost} were refused`);
  expect([won, lost]).toEqual([1, 49]);
}, 120_000);

test('exactly one of 200 concurrent redemptions of a ticket opens a socket', async () => {
  const user = await newUser({ url: server.url });
  const { ticket } = (await ask(user, 'POST', 'ws-ticket')).body;
  const url = `${server.url.replace('http', 'ws')}/${NAMESPACE}/ws?ticket=${ticket}`;
  const outcomes = await times(200, () => openSocket(url));
  const opened = outcomes.filter((outcome) => outcome === 'open').length;
  const refused = outcomes.filter((outcome) => outcome === 401).length;
  console.log(`${engine}: of 200 redemptions of one ticket, ${opened} opened a socket`);
  expect([opened, refused]).toEqual([1, 199]);
}, 120_000);

const USERS = 200;
const SOCKETS_EACH = 10;
const WAVES = 3;
/** The server keeps the compression contexts of all sockets of all waves. */
const MAX_MEGABYTES = { partykit: 1_500, workers: 6_000 }[engine];

test(`opens ${USERS * SOCKETS_EACH} sockets of ${USERS} users at once, ${WAVES} times, and answers on each`, async () => {
  const users: User[] = [];
  while (users.length < USERS) {
    users.push(...(await times(10, () => newUser({ url: server.url }))));
  }
  let seconds = 0;
  const afterWaves: number[] = [];
  const grown = await peakGrowth(server.pid, async () => {
    for (let wave = 0; wave < WAVES; wave += 1) {
      const begin = performance.now();
      const sockets = await Promise.all(
        users.flatMap((user) => Array.from({ length: SOCKETS_EACH }, () => open(user))),
      );
      seconds = Math.max(seconds, (performance.now() - begin) / 1000);
      expect(sockets.filter(({ readyState }) => readyState === WebSocket.OPEN)).toHaveLength(
        USERS * SOCKETS_EACH,
      );
      for (const socket of sockets) socket.terminate();
      afterWaves.push(residentMemory(server.pid));
    }
  });
  const megabytes = Math.round(grown / 1e6);
  console.log(
    `${engine}: ${USERS * SOCKETS_EACH} sockets opened in up to ${seconds.toFixed(1)} s per wave, ${megabytes} MB`,
  );
  expect(megabytes).toBeLessThan(MAX_MEGABYTES);
  // The memory of one wave is reused by the next.
  expect(afterWaves.at(-1)).toBeLessThan(1.5 * afterWaves[0]!);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
}, 280_000);

/** Opens a socket, and waits for the response to a first request. */
async function open(user: User): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl(user));
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send('\n["crowd",1,""]');
  await answered;
  return socket;
}
