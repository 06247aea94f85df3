import { inject, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, type ClientOptions, createClient } from '../../../client/client.ts';
import type { Connection, ConnectionOptions } from '../../../client/connection/connection.ts';
import type { ConnectionStatus } from '../../../client/connection/connection-state.ts';
import type { SessionStorage } from '../../../client/session/session-storage.ts';
import { NAMESPACE, PASSWORD, uniqueEmail } from '../requests/users.ts';

/** A storage in memory, like the browser's. */
export function memoryStorage(): SessionStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Creates a client like an app does; by default for the shared server. */
export const makeClient = (options: Partial<ClientOptions> = {}): Client =>
  createClient({
    url: inject('url'),
    namespace: NAMESPACE,
    storage: memoryStorage(),
    WebSocket,
    ...options,
  });

/** Creates a client and signs in a new user. */
export async function signedInClient(options: Partial<ClientOptions> = {}): Promise<Client> {
  const client = makeClient(options);
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  if (!(await client.signUp(credentials))) await client.signIn(credentials);
  return client;
}

/** Signs in the same user on another device. */
export async function anotherDevice(client: Client, options: Partial<ClientOptions> = {}) {
  const device = makeClient(options);
  await device.signIn({ email: client.currentSession!.user.email, password: PASSWORD });
  return device;
}

/** Connects until the test ends. */
export function connect(client: Client, options: ConnectionOptions = {}): Connection {
  const connection = client.connect(undefined, options);
  onTestFinished(() => connection.close());
  return connection;
}

/** Resolves when the connection has this status. */
export function untilStatus(connection: Connection, status: ConnectionStatus): Promise<void> {
  return new Promise((resolve) => {
    const check = () => connection.state.status === status && resolve();
    connection.subscribe(check);
    check();
  });
}
