import { handleRequest } from '../../../src/edge/app.ts';
import type { BackupRecord } from '../../../src/protocol/backup/records.ts';
import type { ImportSummary } from '../../../src/protocol/http-api/backups.ts';
import type { StoreMoment } from '../../../src/protocol/http-api/history.ts';
import { ANN } from '../in-memory/auth-world.ts';
import { EdgeWorld } from '../in-memory/edge-world.ts';
import { MemoryRoom } from '../in-memory/rooms/memory-room.ts';

export const OPERATOR_KEY = 'an-operator-key-of-the-tests-'.repeat(2);

const NAMESPACE = ANN.namespace;

/** A whole deployment in memory: the edge, all auth rooms and all user rooms. */
export class BackupWorld {
  /** The namespace of the operator's requests. */
  operated: string = NAMESPACE;
  readonly edge: EdgeWorld;
  readonly #rooms = new Map<string, Promise<MemoryRoom>>();
  readonly #variables: Record<string, unknown>;

  constructor(variables: Record<string, unknown> = {}) {
    this.#variables = { NAMESPACES: '*', OPERATOR_KEY, HEARTBEAT_SECONDS: 0, ...variables };
    this.edge = new EdgeWorld(this.#variables);
    const { auth } = this.edge;
    auth.stubsHashing = true;
    auth.user = (name) => ({
      fetch: async (path, init) => {
        // Node asks for `duplex` if the body is a stream.
        const request = new Request(
          `http://room${path}`,
          Object.assign({}, init, { duplex: 'half' }),
        );
        return (await this.room(name)).room.request(request);
      },
    });
    Object.assign(this.edge.host.rooms, { user: auth.user });
  }

  /** The user room with this name. */
  room(name: string): Promise<MemoryRoom> {
    const room = this.#rooms.get(name) ?? this.#open();
    this.#rooms.set(name, room);
    return room;
  }

  /** Drops the memory of a room that has removed everything. */
  forget(name: string): void {
    this.#rooms.delete(name);
  }

  async #open(): Promise<MemoryRoom> {
    const room = new MemoryRoom(this.#variables);
    room.rooms = this.edge.auth.rooms();
    return room.start();
  }

  /** Signs somebody up and returns the session and the account. */
  async signUp(email: string): Promise<{ session: string; id: string }> {
    const signedUp = await this.edge.auth.ask('sign-up', { email });
    if (!signedUp.ok) throw new Error(signedUp.message);
    const session = signedUp.value.session_uuid!;
    const described = await this.edge.auth.askAs('session', session);
    if (!described.ok) throw new Error(described.message);
    return { session, id: described.value.user.durable_object_name };
  }

  signIn(email: string, password = ANN.password) {
    return this.edge.auth.ask('sign-in', { email, password });
  }

  /** Changes the content of a private store as its owner. */
  async write(session: string, content: object): Promise<void> {
    const { status } = await this.#user('PUT', '/store', session, content);
    if (status >= 300) throw new Error(`the store answered ${status}`);
  }

  /** The content of a private store, at present or at a point of the past. */
  async read(session: string, at?: string): Promise<unknown> {
    const query = at === undefined ? '' : `?at=${at}`;
    return (await this.#user('GET', `/store${query}`, session)).json();
  }

  async #user(method: string, path: string, session: string, body?: object): Promise<Response> {
    const headers = { Authorization: `Bearer ${session}`, 'Content-Type': 'application/json' };
    const text = body === undefined ? null : JSON.stringify(body);
    const url = `https://api.example/${NAMESPACE}${path}`;
    return handleRequest(new Request(url, { method, headers, body: text }), this.edge.host);
  }

  /** Sends a request of an operator. */
  async operate(method: string, path: string, body?: string, key = OPERATOR_KEY) {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/x-ndjson' };
    const url = `https://api.example/admin/${this.operated}${path}`;
    const init = { method, headers, body: body ?? null };
    const response = await handleRequest(new Request(url, init), this.edge.host);
    return { status: response.status, text: await response.text() };
  }

  /** Issues an operator's key for the namespace. */
  async issueKey(...scopes: string[]): Promise<{ id: string; key: string }> {
    const body = { namespace: NAMESPACE, scopes };
    const issued = await this.edge.send('POST', '/admin/keys', { key: OPERATOR_KEY, body });
    return { id: String(issued.body.id), key: String(issued.body.key) };
  }

  /** The lines of all steps of a backup, without headers and ends in between. */
  async backUp(limit = 18, history = 0): Promise<string[]> {
    const all: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = `?limit=${limit}&history=${history}&cursor=${encodeURIComponent(cursor)}`;
      const { status, text } = await this.operate('GET', `/backup${query}`);
      if (status !== 200) throw new Error(text);
      const lines = text.trimEnd().split('\n');
      const end = JSON.parse(lines.at(-1)!);
      all.push(...lines.slice(all.length === 0 ? 0 : 1, -1));
      cursor = end.cursor;
    }
    return all;
  }

  /** The moments of a private store, newest first. */
  async history(session: string): Promise<StoreMoment[]> {
    return (await (await this.#user('GET', '/store/history', session)).json()).moments;
  }

  /** Imports lines without an end, which it adds. */
  async import(lines: string[], key = OPERATOR_KEY): Promise<ImportSummary> {
    const { status, text } = await this.operate('POST', '/import', withEnd(lines), key);
    if (status !== 200) throw new Error(text);
    return JSON.parse(text);
  }

  /** All hashes, by kind and id. */
  async hashes(): Promise<Record<string, string>> {
    const all: Record<string, string> = {};
    for (let cursor: string | null = ''; cursor !== null; ) {
      const path = `/hashes?cursor=${encodeURIComponent(cursor)}`;
      const page = JSON.parse((await this.operate('GET', path)).text);
      for (const { kind, id, hash } of page.hashes) all[`${kind} ${id}`] = hash;
      cursor = page.cursor;
    }
    return all;
  }

  /** The shared stores that an account is told to be a member of. */
  async memberships(session: string) {
    const listed = await this.edge.auth.askAs('list-stores', session);
    return listed.ok ? listed.value.stores : [];
  }

  /** Creates a shared store, and makes another account an editor. Returns its id. */
  async share(owner: string, member: string): Promise<string> {
    const created = await this.#json('POST', '/stores', owner, { name: 'Holiday' });
    const id = String(created.store);
    const invitation = await this.#json('POST', `/stores/${id}/invitations`, owner, {
      role: 'editor',
      uses: 2,
    });
    await this.#json('POST', '/accept-invitation', member, { token: invitation.token });
    return id;
  }

  /** The content of a shared store. With `content`, it is written before. */
  async shared(session: string, id: string, content?: object): Promise<unknown> {
    if (content) await this.#user('PUT', `/stores/${id}/store`, session, content);
    return (await this.#user('GET', `/stores/${id}/store`, session)).json();
  }

  /** Sends a request of a user, and returns its JSON. */
  async #json(method: string, path: string, session: string, body: object) {
    const response = await this.#user(method, path, session, body);
    if (response.status >= 300) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  members(session: string, id: string) {
    return this.#user('GET', `/stores/${id}/members`, session).then((answer) => answer.json());
  }

  deleteShared(session: string, id: string) {
    return this.#user('DELETE', `/stores/${id}`, session);
  }

  removeMember(session: string, id: string, member: string) {
    return this.#user('DELETE', `/stores/${id}/members/${member}`, session);
  }
}

/** The text of lines, with an end that counts them. */
export function withEnd(lines: string[]): string {
  const records = lines.map((line) => JSON.parse(line) as BackupRecord);
  const accounts = records.filter(({ kind }) => kind === 'account').length;
  const stores = records.filter((record) => record.kind === 'part' && record.is_last).length;
  const end = JSON.stringify({ kind: 'end', cursor: null, accounts, stores });
  return [...lines, end].map((line) => `${line}\n`).join('');
}
