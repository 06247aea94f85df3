import { createMergeableStore, type MergeableStore } from 'tinybase';
import { onTestFinished, vi } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../../../client/client.ts';
import type { Connection, ConnectionOptions } from '../../../client/connection/connection.ts';
import type { NoSchemas, Schemas } from '../../../client/schemas.ts';
import { MESSAGE } from '../../../src/protocol/frame.ts';
import { DELETED } from '../../../src/protocol/stamps.ts';

// The engine is loaded on demand. With fake timers, that succeeds only if it is loaded already.
import '../../../client/connection/connection-engine.ts';

/** Advances the fake timers by this many seconds. */
export const pass = (seconds: number): Promise<unknown> =>
  vi.advanceTimersByTimeAsync(seconds * 1000);

type Listener = (event: { data: string; code: number }) => void;

const mark = (_: string, value: unknown) => (value === undefined ? DELETED : value);

/** A WebSocket of a {@link FakeNetwork}. */
export class FakeSocket {
  readonly OPEN = 1;
  readonly CLOSED = 3;
  readyState = 0;
  bufferedAmount = 0;
  readonly url: string;
  readonly #network: FakeNetwork;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(network: FakeNetwork, url: string) {
    this.#network = network;
    this.url = url;
    network.sockets.push(this);
    setTimeout(() => network.admit(this));
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  send(frame: string): void {
    setTimeout(() => this.readyState === this.OPEN && this.#network.take(this, frame));
  }

  close(): void {
    this.end(1000);
  }

  open(): void {
    if (this.readyState !== 0) return;
    this.readyState = this.OPEN;
    this.#emit('open', { data: '', code: 0 });
  }

  /** Closes the socket like a server or a network, with this code. */
  end(code: number): void {
    if (this.readyState === this.CLOSED) return;
    this.readyState = this.CLOSED;
    setTimeout(() => this.#emit('close', { data: '', code }));
  }

  /** Receives a close frame of the server on a connection that does not end. */
  startClosing(): void {
    this.readyState = 2;
  }

  receive(requestId: string | null, message: number, body: unknown): void {
    this.receiveText(`S\n${JSON.stringify([requestId, message, body], mark)}`);
  }

  /** Receives any text as a frame. */
  receiveText(data: string): void {
    this.#emit('message', { data, code: 0 });
  }

  #emit(type: string, event: Parameters<Listener>[0]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(event);
  }
}

/**
 * A fake server and network in memory, for failures that real ones do not produce on demand. Its
 * room responds like a TinyBase peer. The test decides what happens to calls, sockets and frames.
 */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];
  /** The paths of all calls. */
  readonly calls: string[] = [];
  readonly store: MergeableStore = createMergeableStore();
  /** Answers a call. The default is a ticket for a room with a heartbeat every 10 seconds. */
  answer: (path: string, signal?: AbortSignal | null) => Response | Promise<Response> = () =>
    Response.json({ ticket: 'a', expires_at: '', heartbeat_seconds: 10 });
  /** Handles a new socket. The default opens it. */
  admit: (socket: FakeSocket) => void = (socket) => socket.open();
  /** Handles a frame of a device. The default responds to it. */
  take: (socket: FakeSocket, frame: string) => void = (socket, frame) =>
    this.respond(socket, frame);

  /** The sockets that are opening or open. */
  get live(): FakeSocket[] {
    return this.sockets.filter(({ readyState }) => readyState < 2);
  }

  /** Creates a signed-in client. */
  client<const S extends Schemas = NoSchemas>(
    more: Partial<ClientOptions<S>> = {},
  ): Client<[S[0], S[1]]> {
    const user = { email: 'ada@example.com', created_at: '', login_time: '' };
    const kept = JSON.stringify({ session_uuid: 'session', user, clock_offset: 0 });
    const network = this;
    return createClient({
      url: 'http://fake',
      namespace: 'todo',
      storage: { getItem: () => kept, setItem: () => undefined, removeItem: () => undefined },
      fetch: async (input, init) => {
        const path = `${input}`.split('/').at(-1)!;
        this.calls.push(path);
        return this.answer(path, init?.signal);
      },
      WebSocket: class extends FakeSocket {
        constructor(url: string) {
          super(network, url);
        }
      },
      ...more,
    });
  }

  /** Connects a signed-in client until the test ends. */
  connect(options: ConnectionOptions = {}, store?: MergeableStore): Connection {
    const connection = this.client().connect(store, options);
    onTestFinished(() => connection.close());
    return connection;
  }

  respond(socket: FakeSocket, frame: string): void {
    const [id, message, body] = JSON.parse(frame.slice(frame.indexOf('\n') + 1), (_, value) =>
      value === DELETED ? undefined : value,
    );
    const { store } = this;
    const answers: Record<number, () => unknown> = {
      [MESSAGE.getContentHashes]: () => store.getMergeableContentHashes(),
      [MESSAGE.syncPoint]: () => this.#syncPoint(),
      [MESSAGE.getTableDiff]: () => store.getMergeableTableDiff(body),
      [MESSAGE.getRowDiff]: () => store.getMergeableRowDiff(body),
      [MESSAGE.getCellDiff]: () => store.getMergeableCellDiff(body),
      [MESSAGE.getValueDiff]: () => store.getMergeableValueDiff(body),
    };
    if (message === MESSAGE.contentDiff) store.applyMergeableChanges(body);
    const answer = answers[message]?.();
    if (answer) socket.receive(id, MESSAGE.response, answer);
  }

  /** This room knows no cursors but its present one. */
  #syncPoint() {
    const [tables, values] = this.store.getMergeableContentHashes();
    return [{ tables: [tables], values: [values], cursor: ['fake.0'], complete: [false] }];
  }

  /** Changes the room's store and sends the changes to all devices. */
  write(change: (store: MergeableStore) => void): void {
    const listener = this.store.addDidFinishTransactionListener(() => {
      const changes = this.store.getTransactionMergeableChanges();
      for (const socket of this.live) socket.receive(null, MESSAGE.contentDiff, changes);
    });
    change(this.store);
    this.store.delListener(listener);
  }

  /** Sends one heartbeat. */
  beat(): void {
    this.write((store) => store.setValue('heartbeat', new Date().toISOString()));
  }
}
