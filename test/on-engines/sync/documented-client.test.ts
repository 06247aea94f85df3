import { createMergeableStore } from 'tinybase';
import {
  createWsSynchronizer,
  type WsSynchronizer,
} from 'tinybase/synchronizers/synchronizer-ws-client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE } from '../../../src/protocol/close-codes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import {
  NAMESPACE,
  newUser,
  PASSWORD,
  post,
  type User,
  uniqueEmail,
} from '../../helpers/requests/users.ts';

/**
 * The client of the API document, step by step: connect. If the socket closes with 1009 while
 * connecting, stop, block writes, sync by HTTP, replace the content and connect again.
 */
class DocumentedClient {
  readonly store = createMergeableStore();
  readonly steps: string[] = [];
  #socket?: WebSocket;
  #synchronizer?: WsSynchronizer<WebSocket>;

  constructor(readonly user: User) {}

  async connect(): Promise<void> {
    try {
      await this.#connectSocket();
    } catch (error) {
      if ((error as { code?: number }).code !== CLOSE.messageTooLarge.code) throw error;
      await this.#manualSync();
    }
  }

  async close(): Promise<void> {
    await this.#synchronizer?.destroy();
  }

  #connectSocket(): Promise<void> {
    const { url, namespace, session_uuid } = this.user;
    const base = url.replace('http', 'ws');
    const socket = new WebSocket(`${base}/${namespace}/ws?sessionUuid=${session_uuid}`);
    this.#socket = socket;
    return new Promise((resolve, reject) => {
      socket.onopen = async () => {
        // On a busy machine a response may take longer than the usual second.
        this.#synchronizer = await createWsSynchronizer(this.store, socket, 5);
        await this.#synchronizer.startSync();
        this.steps.push('connected');
        resolve();
      };
      socket.onclose = ({ code }) => {
        if (code === CLOSE.messageTooLarge.code) reject({ code });
      };
      socket.onerror = reject;
    });
  }

  async #manualSync(): Promise<void> {
    this.steps.push('manual sync');
    await this.#synchronizer?.destroy();
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.close();
    const { url, namespace, session_uuid } = this.user;
    const response = await post(
      `${url}/${namespace}/manual-sync`,
      { mergeableContent: this.store.getMergeableContent() },
      { 'X-Session-UUID': session_uuid },
    );
    const { mergeableContent } = (await response.json()) as { mergeableContent: never };
    this.store.setMergeableContent(mergeableContent);
    await this.#connectSocket();
  }
}

function documentedClient(user: User): DocumentedClient {
  const client = new DocumentedClient(user);
  onTestFinished(() => client.close());
  return client;
}

test('the complete example signs up, signs in, syncs and receives the heartbeat', async () => {
  const base = `${inject('url')}/${NAMESPACE}`;
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  await post(`${base}/sign-up`, credentials);
  const signedIn = await post(`${base}/sign-in`, credentials);
  const { session_uuid } = (await signedIn.json()) as { session_uuid: string };
  const user = { url: inject('url'), namespace: NAMESPACE, email: '', session_uuid };

  const client = documentedClient(user);
  await client.connect();
  const heartbeats: unknown[] = [];
  client.store.addValueListener('heartbeat', (_store, _id, value) => heartbeats.push(value));
  client.store.setCell('tasks', 'task1', 'title', 'Learn TinyBase');
  client.store.setCell('tasks', 'task1', 'completed', false);

  const other = await connectDevice(user);
  await expect
    .poll(() => other.store.getTables())
    .toEqual({ tasks: { task1: { title: 'Learn TinyBase', completed: false } } });
  await expect.poll(() => heartbeats.length, { timeout: 5_000 }).toBeGreaterThan(0);
});

test('a client with more content than fits a frame falls back to manual sync', async () => {
  const user = await newUser();
  const other = await connectDevice(user, { fragmentSize: 100_000 });
  other.store.setCell('tasks', 'there', 'title', 'before');

  const client = documentedClient(user);
  client.store.setCell('tasks', 'large', 'title', 'x'.repeat(1_200_000));
  client.store.setRow('tasks', 'gone', { title: 'x', done: false }).delRow('tasks', 'gone');
  await client.connect();

  // Workers accept frames of 32 MiB, so there the socket is enough.
  expect(client.steps.includes('manual sync')).toBe(inject('engine') === 'partykit');
  await expect.poll(() => client.store.getRowIds('tasks').sort()).toEqual(['large', 'there']);
  await expect.poll(() => other.store.getRowIds('tasks').sort()).toEqual(['large', 'there']);

  client.store.setCell('tasks', 'small', 'title', 'after');
  await expect.poll(() => other.store.getCell('tasks', 'small', 'title')).toBe('after');
});
