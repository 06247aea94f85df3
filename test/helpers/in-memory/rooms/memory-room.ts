import { createMergeableStore, type MergeableStore } from 'tinybase';
import {
  createWsSynchronizer,
  type WsSynchronizer,
} from 'tinybase/synchronizers/synchronizer-ws-client';
import { readConfig } from '../../../../src/config/config.ts';
import { logger } from '../../../../src/log.ts';
import {
  DEVICE_HEADER,
  headerJson,
  type ProvenDevice,
  type ProvenWriter,
  WRITER_HEADER,
} from '../../../../src/operations/proven-access.ts';
import type { Connection, RoomHost, RoomStub, Rooms } from '../../../../src/platform.ts';
import { UserRoom } from '../../../../src/room/user-room.ts';
import { InstanceStorage, MemoryStorage } from '../storage/memory-storage.ts';

const HOUR_MS = 3_600_000;

type Listener = (event: { data: string; code: number; reason: string }) => void;

/** Returns the header that the edge adds to a write. By default session `a` has just signed in. */
export function writerHeaders(writer: Partial<ProvenWriter> = {}): Record<string, string> {
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const proven = { session_hash: 'a', expires_at, shard: '000', proven_at: Date.now(), ...writer };
  return { [WRITER_HEADER]: headerJson(proven) };
}

/** Both ends of a socket in memory: the room's connection and the TinyBase client's WebSocket. */
export class MemorySocket implements Connection {
  readonly OPEN = 1;
  readyState = 1;
  state: unknown = null;
  /** All frames that the room has sent. */
  readonly received: string[] = [];
  /** All frames that the client has sent. */
  readonly sent: string[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #room: MemoryRoom;

  constructor(room: MemoryRoom) {
    this.#room = room;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** The room sends with this method; the client sends with `clientEnd`. */
  send(data: string): void {
    if (this.readyState !== this.OPEN) throw new Error('the socket is closed');
    this.received.push(data);
    this.#room.later(() => this.receive(data));
  }

  /** Delivers a frame of the room to the client. */
  receive(data: string): void {
    if (!this.closed) this.#emit('message', { data, code: 0, reason: '' });
  }

  /** The WebSocket that the TinyBase client uses. */
  get clientEnd(): WebSocket {
    const end = {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: 0,
      addEventListener: this.addEventListener.bind(this),
      removeEventListener: this.removeEventListener.bind(this),
      send: (data: string) => {
        this.sent.push(data);
        this.#room.later(() => this.#room.deliver(this, data));
      },
      close: () => this.close(1000, ''),
    };
    return end as unknown as WebSocket;
  }

  close(code: number, reason: string): void {
    if (this.closed) return;
    this.closed = { code, reason };
    this.readyState = 3;
    this.#room.leave(this);
    this.#emit('close', { data: '', code, reason });
  }

  setState(state: unknown): void {
    this.state = structuredClone(state);
  }

  #emit(type: string, event: Parameters<Listener>[0]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

export interface MemoryDevice {
  store: MergeableStore;
  socket: MemorySocket;
  synchronizer: WsSynchronizer<WebSocket>;
}

/** A user room in memory. Its network delivers in order, and only when the test requests it. */
export class MemoryRoom {
  readonly sockets = new Set<MemorySocket>();
  storage: MemoryStorage;
  /** The auth room, if the room can reach it. */
  auth: RoomStub | undefined;
  /** All rooms that it can reach, in place of `auth`. */
  rooms: Rooms | undefined;
  readonly #variables: Record<string, unknown>;
  #room!: UserRoom;
  #instance: InstanceStorage | undefined;
  #pending: (() => unknown)[] = [];
  readonly #working = new Set<Promise<void>>();

  constructor(variables: Record<string, unknown> = {}, storage = new MemoryStorage()) {
    this.#variables = variables;
    this.storage = storage;
  }

  get room(): UserRoom {
    return this.#room;
  }

  /** Starts the room. A further start simulates an eviction: only storage and sockets survive. */
  async start(): Promise<this> {
    // An engine does not evict a room that is handling an event.
    await Promise.all(this.#working);
    this.#instance?.end();
    this.#instance = new InstanceStorage(this.storage);
    const host: RoomHost = {
      storage: this.#instance.asStorage,
      config: readConfig(this.#variables),
      log: logger('partykit', 'user'),
      connections: () => this.sockets,
      rooms: () => this.rooms ?? (this.auth && { auth: () => this.auth!, user: () => this.auth! }),
    };
    this.#room = new UserRoom(host);
    await this.#room.start();
    return this;
  }

  /**
   * Ends the room in the middle of its work, loses all connections and everything in transit, and
   * starts it from what is stored, or from another storage.
   */
  async kill(storage = this.storage): Promise<void> {
    this.#instance?.end();
    for (const socket of this.sockets) socket.close(1006, 'the server is gone');
    this.sockets.clear();
    this.#pending = [];
    this.#working.clear();
    this.storage = storage;
    await this.start();
  }

  /** The number of frames in transit. */
  get inTransit(): number {
    return this.#pending.length;
  }

  /** Whether the room handles frames. */
  get isWorking(): boolean {
    return this.#working.size > 0;
  }

  /** Opens a socket without a client. */
  async open(device: Partial<ProvenDevice> = {}): Promise<MemorySocket> {
    const socket = new MemorySocket(this);
    const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
    const proven = { session_hash: 'a', expires_at, protocol: 'sync', ...device };
    const headers = { [DEVICE_HEADER]: headerJson(proven) };
    this.sockets.add(socket);
    await this.#room.connect(socket, new Request('http://room/connect', { headers }));
    return socket;
  }

  /** Connects a real TinyBase client and waits until it is in sync. */
  async connect(
    store = createMergeableStore(),
    fragmentSize?: number,
    proven?: Partial<ProvenDevice>,
  ): Promise<MemoryDevice> {
    const device = await this.join(store, 5, fragmentSize, proven);
    await this.settle();
    return device;
  }

  /** Connects a real TinyBase client and starts its synchronization. */
  async join(
    store: MergeableStore,
    patience: number,
    fragmentSize?: number,
    proven?: Partial<ProvenDevice>,
  ): Promise<MemoryDevice> {
    const socket = await this.open(proven);
    const end = socket.clientEnd;
    const none = undefined;
    const synchronizer = await createWsSynchronizer(
      store,
      end,
      patience,
      none,
      none,
      none,
      fragmentSize,
    );
    void synchronizer.startSync();
    return { store, socket, synchronizer };
  }

  later(action: () => unknown): void {
    this.#pending.push(action);
  }

  /** Passes a frame to the room, which may still be handling earlier ones. */
  async deliver(socket: MemorySocket, data: string): Promise<void> {
    if (socket.closed) return;
    const handled = this.#room.message(socket, data);
    this.#working.add(handled);
    await handled.finally(() => this.#working.delete(handled));
  }

  leave(socket: MemorySocket): void {
    this.sockets.delete(socket);
    void this.#room.close(socket);
  }

  /** Delivers the oldest `count` frames in transit. */
  async step(count: number): Promise<void> {
    for (const action of this.#pending.splice(0, count)) void action();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Delivers frames until none is in transit. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const count = this.#pending.length;
      await this.step(count);
      quiet = count + this.#pending.length === 0 ? quiet + 1 : 0;
      if (quiet === 2) await Promise.all(this.#working);
    }
  }

  post(path: string, body: unknown): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init = { method: 'POST', headers: writerHeaders(), body: text };
    return this.#room.request(new Request(`http://room${path}`, init));
  }
}
