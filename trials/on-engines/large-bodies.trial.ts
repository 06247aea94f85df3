import { expect, inject, onTestFinished, test } from 'vitest';
import { bearer, NAMESPACE, newUser, type User } from '../../test/helpers/requests/users.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';
import { manualSyncBody } from '../manual-sync-body.ts';
import { peakGrowth } from '../memory.ts';

const MB = 1_000_000;

async function server() {
  const vars = { HIBERNATE: 'off', AUTH_REQUESTS_PER_MINUTE: 0 };
  const started = await startServer({ vars });
  onTestFinished(() => started.kill());
  return started;
}

/** A body of unknown length, which fetch sends chunked. */
const chunked = (bytes: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    async start(controller) {
      for (let at = 0; at < bytes.length; at += MB) {
        controller.enqueue(bytes.subarray(at, at + MB));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      controller.close();
    },
  });

const sync = (url: string, body: BodyInit, token: string) =>
  fetch(`${url}/${NAMESPACE}/manual-sync`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Connection: 'close', ...bearer(token) },
    body,
    duplex: 'half',
  } as RequestInit);

/** Returns 0 if the connection breaks. */
async function statusOf(answer: Promise<Response>): Promise<number> {
  try {
    const response = await answer;
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

test('refuses 12 chunked bodies of 31 MB without a session, and buffers little of them', async () => {
  const { url, pid } = await server();
  const body = new TextEncoder().encode(manualSyncBody(31 * MB));
  let statuses: number[] = [];
  const growth = await peakGrowth(pid, async () => {
    const answers = Array.from({ length: 12 }, () => statusOf(sync(url, chunked(body), 'nobody')));
    statuses = await Promise.all(answers);
  });
  console.log(`${inject('engine')}: 12 bodies without a session add ${Math.round(growth / MB)} MB`);
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(growth).toBeLessThan(150 * MB);
});

/** Returns the longest response time of small requests in milliseconds while `run` is pending. */
async function longestWait(user: User, run: Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  run.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const before = performance.now();
    const headers = { Connection: 'close', ...bearer(user.session_uuid) };
    await statusOf(fetch(`${user.url}/${NAMESPACE}/store/values`, { headers }));
    longest = Math.max(longest, performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return longest;
}

test('accepts some of 20 concurrent manual syncs of 30 MB, and answers 503 to the others', async () => {
  const { url, pid } = await server();
  const users = await Promise.all(Array.from({ length: 20 }, () => newUser({ url })));
  const other = await newUser({ url });
  const body = new TextEncoder().encode(manualSyncBody(30 * MB));
  const began = performance.now();
  let statuses: number[] = [];
  let wait = 0;
  const growth = await peakGrowth(pid, async () => {
    const all = Promise.all(users.map((user) => statusOf(sync(url, body, user.session_uuid))));
    wait = await longestWait(other, all);
    statuses = await all;
  });
  const accepted = statuses.filter((status) => status === 200).length;
  const took = Math.round((performance.now() - began) / 1000);
  console.log(
    `${inject('engine')}: ${accepted} of 20 manual syncs accepted in ${took} s, ${Math.round(growth / MB)} MB more, another user waits up to ${Math.round(wait)} ms`,
  );
  expect(accepted).toBeGreaterThan(0);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  expect(growth).toBeLessThan(900 * MB);
  expect(wait).toBeLessThan(10_000);
});
