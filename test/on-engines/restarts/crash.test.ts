import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { DevOptions, DevServer } from '../../../dev/dev-server.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { bearer, newUser, post, type User } from '../../helpers/requests/users.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** The number of kills on PartyKit. Workers share the code and start more slowly. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? (inject('engine') === 'partykit' ? 20 : 4));

const TEXT = 'x'.repeat(2_000);

/** Writes as fast as the room accepts changes, until the server is gone. */
async function writeUntilGone(device: Awaited<ReturnType<typeof connectDevice>>, round: number) {
  let gone = false;
  void device.closed.then(() => {
    gone = true;
  });
  for (let count = 0; !gone; count++) {
    device.store.setCell('edits', `${round}`, `${count % 50}`, `${count} ${TEXT}`);
    if (count % 7 === 0) device.store.delCell('edits', `${round}`, `${(count + 25) % 50}`, true);
    if (count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Sends a manual sync of several megabytes, which a kill may interrupt between its chunks. */
async function syncByHand(user: User, round: number): Promise<void> {
  const store = createMergeableStore();
  for (let row = 0; row < 15; row++) store.setCell(`sync ${round}`, `${row}`, 'c', TEXT.repeat(40));
  const mergeableContent = store.getMergeableContent();
  const url = `${user.url}/${user.namespace}/manual-sync`;
  await post(url, { mergeableContent }, bearer(user.session_uuid)).catch(() => undefined);
}

/** Returns whether `found` contains everything in `seen`, or something newer. */
function isKept(seen: MergeableStore, found: MergeableStore): boolean {
  const merged = createMergeableStore();
  merged.merge(found);
  const [before] = merged.getMergeableContentHashes();
  merged.applyMergeableChanges(seen.getMergeableContent());
  return merged.getMergeableContentHashes()[0] === before;
}

test(`everything that another device has seen survives ${ROUNDS} kills of the server`, async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tinyhost-crash-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const options: DevOptions = { persist, vars: { AUTH_REQUESTS_PER_MINUTE: 0 } };
  let server: DevServer = await startServer(options);
  onTestFinished(() => server.stop());
  let user = await newUser({ url: server.url });
  const { port } = new URL(server.url);

  for (let round = 0; round < ROUNDS; round++) {
    // The store of an earlier crash must survive further ones, but it need not grow without limit.
    if (round % 4 === 3) user = await newUser({ url: server.url });
    const [writer, watcher] = [await connectDevice(user), await connectDevice(user)];
    const writing = writeUntilGone(writer, round);
    const syncing = round % 2 === 0 ? syncByHand(user, round) : undefined;
    // A random delay makes kills hit different steps.
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 400));
    await server.kill();
    await Promise.all([writing, syncing, watcher.closed]);

    server = await startServer({ ...options, port: Number(port) });
    const fresh = await connectDevice(user);
    // Part of a large store arrives after `startSync`.
    await expect.poll(() => isKept(watcher.store, fresh.store), { timeout: 10_000 }).toBe(true);
    await fresh.disconnect();
  }
}, 300_000);
