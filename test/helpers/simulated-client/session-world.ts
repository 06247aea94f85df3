import { type Client, createClient } from '../../../client/client.ts';
import { offlineCopyName } from '../../../client/offline/copy-owner.ts';
import type { SessionStorage } from '../../../client/session/session-storage.ts';
import { memoryStorage } from '../devices/clients.ts';
import { PASSWORD } from '../requests/users.ts';
import { databaseNames, fakeIndexedDB, openTab, type Tab } from './offline-tabs.ts';

const URL_OF_APP = new URL('http://tinyhost.test/app');
export const STORAGE_KEY = `tinyhost:${URL_OF_APP}`;
const CREATED_AT = '2026-01-01T00:00:00.000Z';

/** A fake server that keeps sessions, and can be offline or silent. */
export class SessionServer {
  online = true;
  silent = false;
  readonly alive = new Set<string>();
  #count = 0;

  readonly fetch: typeof fetch = (input, init) => this.answer(`${input}`, init);

  async answer(url: string, init?: RequestInit): Promise<Response> {
    if (this.silent) await new Promise(() => undefined);
    if (!this.online) throw new TypeError('Failed to fetch');
    const path = url.slice(`${URL_OF_APP}/`.length);
    const token = new Headers(init?.headers).get('authorization')?.slice('Bearer '.length);
    if (path === 'sign-in') return Response.json(this.#signIn(JSON.parse(`${init?.body}`).email));
    if (!token || !this.alive.has(token)) return UNAUTHORIZED();
    this.alive.delete(token);
    return Response.json({ success: true });
  }

  #signIn(email: string) {
    const session_uuid = `session ${++this.#count}`;
    this.alive.add(session_uuid);
    return { session_uuid, user: { email, created_at: CREATED_AT, login_time: CREATED_AT } };
  }
}

const UNAUTHORIZED = () =>
  Response.json({ error: 'unauthorized', message: 'no such session' }, { status: 401 });

export interface SessionWorld {
  server: SessionServer;
  storage: SessionStorage;
  /** Creates another client of the app, as after a reload. */
  start(): Client;
  client: Client;
}

export function sessionWorld(storage = memoryStorage()): SessionWorld {
  fakeIndexedDB();
  const server = new SessionServer();
  const start = () =>
    createClient({ url: URL_OF_APP.origin, namespace: 'app', storage, fetch: server.fetch });
  return { server, storage, start, client: start() };
}

export const signIn = (client: Client, email = 'ada@example.com') =>
  client.signIn({ email, password: PASSWORD });

/** Opens a tab with an offline copy of the user's store, and writes a value. */
export async function keepCopy(email = 'ada@example.com'): Promise<Tab> {
  const tab = await openTab(
    undefined,
    offlineCopyName(`${URL_OF_APP}`, { email, created_at: CREATED_AT }),
  );
  tab.store.setValue('note', `of ${email}`);
  return tab;
}

/** The addresses of the users with an offline copy. */
export const copies = async (): Promise<string[]> =>
  (await databaseNames()).map((name) => name!.split(' ')[1]!).sort();
