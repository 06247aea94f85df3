import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore } from 'tinybase';
import { getHlcFunctions } from 'tinybase/common';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { encodeChange } from '../../src/document/codec/change-encoder.ts';
import { socketUrl } from '../../test/helpers/devices/devices.ts';
import { ask, newUser, type User } from '../../test/helpers/requests/users.ts';
import { roomFile, storedBytes } from '../../test/helpers/servers/room-files.ts';
import { startServer } from '../../test/helpers/servers/start-server.ts';

/** All users share the wait for evictions. Half of them use HTTP, the others a socket. */
const USERS = 6;
const VISITS = 6;

/** Both engines evict a room after 10 idle seconds. */
const EVICTION_MS = 13_000;

const ROWS = 6_000;
/** Each visit replaces so many rows that about every fifth visit compacts the log. */
const ROWS_PER_VISIT = 1_200;
const TEXT = 'x'.repeat(960);

const [nextHlc] = getHlcFunctions('visitor');

interface Owner {
  user: User;
  /** A text that only this user's store contains. */
  secret: string;
  /** In bytes: the store as JSON, and the room's storage after each visit. */
  storeBytes: number;
  stored: number[];
}

async function createLargeStore(url: string): Promise<Owner> {
  const user = await newUser({ url });
  const secret = crypto.randomUUID();
  const store = createMergeableStore();
  for (let row = 0; row < ROWS; row++) store.setCell('t', `${row}`, 'c', `${secret} ${TEXT}`);
  const mergeableContent = store.getMergeableContent();
  expect((await ask(user, 'POST', 'manual-sync', { mergeableContent })).status).toBe(200);
  return { user, secret, storeBytes: JSON.stringify(mergeableContent).length, stored: [] };
}

const text = (visit: number) => `${visit} ${TEXT}`;

async function visitByHttp(user: User, visit: number): Promise<void> {
  const t: Record<string, unknown> = {};
  for (let row = 0; row < ROWS_PER_VISIT; row++) t[row] = { c: text(visit) };
  const response = await fetch(`${user.url}/${user.namespace}/store`, {
    method: 'PATCH',
    headers: {
      Authorization: `Bearer ${user.session_uuid}`,
      'Content-Type': 'application/merge-patch+json',
      Connection: 'close',
    },
    body: JSON.stringify({ tables: { t } }),
  });
  expect(response.status).toBe(204);
}

/** Sends two frames, because PartyKit accepts at most 1 MiB per frame. */
async function visitBySocket(user: User, visit: number): Promise<void> {
  const socket = new WebSocket(socketUrl(user));
  // The room sends its first frame when it is awake.
  await new Promise((resolve) => socket.once('message', resolve));
  for (const first of [0, ROWS_PER_VISIT / 2]) {
    const edits = Array.from({ length: ROWS_PER_VISIT / 2 }, (_, row) => ({
      ...{ table: 't', row: `${first + row}`, id: 'c' },
      ...{ cell: text(visit), hlc: nextHlc() },
    }));
    socket.send(`\n[null,3,${encodeChange(edits)}]`);
  }
  socket.close();
  await new Promise((resolve) => socket.once('close', resolve));
}

const starts = (output: string): number => output.split('"room":"user","event":"start"').length - 1;

test(`storage stays under 3 times the store over ${VISITS} visits with evictions between`, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-growth-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const vars = { HIBERNATE: 'on', HEARTBEAT_SECONDS: 0, AUTH_REQUESTS_PER_MINUTE: 0 };
  const server = await startServer({ persist, vars });
  onTestFinished(() => server.stop());
  const owners: Owner[] = [];
  for (let count = 0; count < USERS; count++) owners.push(await createLargeStore(server.url));
  const idle = () => new Promise((resolve) => setTimeout(resolve, EVICTION_MS));
  await idle();

  for (let visit = 0; visit < VISITS; visit++) {
    const before = starts(server.output());
    for (const [index, { user }] of owners.entries()) {
      await (index % 2 === 0 ? visitByHttp : visitBySocket)(user, visit);
    }
    await idle();
    expect(starts(server.output())).toBe(before + USERS);
    for (const { secret, stored } of owners) {
      stored.push(await storedBytes(await roomFile(persist, secret)));
    }
  }

  for (const [index, { storeBytes, stored }] of owners.entries()) {
    const [store, ...visits] = [storeBytes, ...stored].map((bytes) => (bytes / 1e6).toFixed(1));
    const protocol = `${inject('engine')}, by ${index % 2 === 0 ? 'HTTP' : 'a socket'}`;
    if (index < 2) console.log(`${protocol}: a ${store} MB store takes ${visits.join(', ')} MB`);
    expect(Math.max(...stored)).toBeLessThan(3 * storeBytes);
    expect(Math.min(...stored.slice(1))).toBeLessThan(stored[0]!);
  }
});
