import { createMergeableStore, type MergeableStore, type Store } from 'tinybase';
import { vi } from 'vitest';
import {
  PATH_HEADER,
  type ProvenMember,
  QUERY_HEADER,
} from '../../../src/operations/proven-access.ts';
import type { StoreExport } from '../../../src/protocol/http-api/response-types.ts';
import type { Role } from '../../../src/protocol/membership.ts';
import {
  type MemoryDevice,
  type MemorySocket,
  writerHeaders,
} from '../in-memory/rooms/memory-room.ts';
import { ResumingDevice } from '../in-memory/rooms/resuming-device.ts';
import { account, StoreRoom } from '../in-memory/rooms/store-room.ts';
import { PersistedStore } from './persisted-store.ts';
import { TURN_MS, untilQuiet } from './quiet-network.ts';
import { Rights } from './rights.ts';

/** Each account has a device with TinyBase's client; Bob has a persister too, Eve our client. */
export const ACCOUNTS = ['ann', 'bob', 'eve'] as const;
export type Name = (typeof ACCOUNTS)[number];
const OWNERS: readonly Name[] = ['ann', 'bob', 'eve', 'bob', 'eve'];
export const DEVICES = OWNERS.length;
const PERSISTED = 3;
const RESUMING = 4;

const HEARTBEAT_SECONDS = 10;
/** Seconds that a TinyBase client waits for a response. */
const PATIENCE = 0.5;
/** Heartbeats until all agree. */
const MAX_BEATS = 12;
/** The clocks of the devices differ by minutes. */
const CLOCK_STEP_MS = 50_000;

/** A shared store, its members and their devices. Timers have to be fake. */
export class SharedWorld {
  readonly members = Object.fromEntries(ACCOUNTS.map((name) => [name, account(name)])) as Record<
    Name,
    ProvenMember
  >;
  readonly room = new StoreRoom(this.members.ann, { HEARTBEAT_SECONDS });
  readonly rights = new Rights();
  /** What the store was before restores, by their moments. */
  readonly beforeRestores = new Map<string, StoreExport>();
  /** Codes with which the room has closed sockets of members. */
  readonly closes: number[] = [];
  readonly #plain = [0, 1, 2].map((index) =>
    createMergeableStore(`device ${index}`, () => Date.now() + (index - 1) * CLOCK_STEP_MS),
  );
  readonly #persisted = new PersistedStore();
  readonly #resuming = new ResumingDevice();
  readonly #joined = new Map<number, MemoryDevice | undefined>();
  readonly #sockets: [Name, MemorySocket][] = [];
  #requests = 0;

  async start(): Promise<void> {
    vi.stubGlobal('fetch', (_: string, init: RequestInit) =>
      this.request('bob', 'partykit-store', init),
    );
    await this.room.create();
    this.rights.set('ann', 'owner');
    this.#resuming.proven = { member: this.members.eve };
  }

  stop(): void {
    for (let index = 0; index < DEVICES; index++) this.leave(index);
    this.#resuming.stop();
  }

  ownerOf = (index: number): Name => OWNERS[index]!;

  store(index: number): Store {
    if (index === PERSISTED) return this.#persisted.store;
    return index === RESUMING ? this.#resuming.store : this.#plain[index]!;
  }

  /** The devices of present members. */
  get present(): number[] {
    return [...OWNERS.keys()].filter((index) => this.rights.roleOf(this.ownerOf(index)));
  }

  /** Those of them that have stamps. */
  get mergeable(): MergeableStore[] {
    const indexes = this.present.filter((index) => index !== PERSISTED);
    return indexes.map((index) => this.store(index) as MergeableStore);
  }

  /** What an account's sockets have received. */
  receivedBy(name: Name): string[] {
    return this.#sockets.flatMap(([owner, { received }]) => (owner === name ? received : []));
  }

  // Members

  /** Changes the role of an account; undefined removes it. */
  async setRole(name: Name, role: Role | undefined): Promise<void> {
    const { ann, [name]: member } = this.members;
    const present = this.rights.roleOf(name);
    if (role === present) return;
    if (!present) await this.room.accept(await this.room.invite(role!), member);
    else if (!role) await this.room.ask('remove-member', { member: ann, account: member.account });
    else await this.room.ask('set-role', { member: ann, account: member.account, role });
    this.rights.set(name, role, this.receivedBy(name).length);
  }

  // Devices

  isJoined(index: number): boolean {
    return this.#socketOf(index) !== undefined;
  }

  #socketOf(index: number): MemorySocket | undefined {
    if (index === PERSISTED) return this.#persisted.socket;
    return index === RESUMING ? this.#resuming.socket : this.#joined.get(index)?.socket;
  }

  async join(index: number): Promise<void> {
    if (this.isJoined(index)) return;
    const member = this.members[this.ownerOf(index)];
    if (index === PERSISTED) {
      // A persister's first content is lost if the room gets other content at the same time.
      await this.settle();
      await this.#persisted.join(this.room, { member });
      await this.settle();
    } else if (index === RESUMING) await this.#resuming.join(this.room);
    else {
      const store = this.#plain[index]!;
      this.#joined.set(index, await this.room.join(store, PATIENCE, undefined, { member }));
    }
    const socket = this.#socketOf(index);
    if (socket) this.#sockets.push([this.ownerOf(index), socket]);
  }

  leave(index: number): void {
    const socket = this.#socketOf(index);
    if (!socket) return;
    const isMember = this.rights.roleOf(this.ownerOf(index)) !== undefined;
    if (isMember && socket.closed && socket.closed.code !== 1006) {
      this.closes.push(socket.closed.code);
    }
    if (index === PERSISTED) this.#persisted.leave();
    else if (index === RESUMING) this.#resuming.leave();
    else {
      void this.#joined.get(index)?.synchronizer.destroy();
      this.#joined.delete(index);
      socket.close(1006, 'the network is gone');
    }
  }

  /** Lets devices notice that their sockets were closed. */
  reap(): void {
    for (let index = 0; index < DEVICES; index++) {
      if (this.#socketOf(index)?.closed) this.leave(index);
    }
  }

  // The server

  async request(name: Name, path: string, init: RequestInit = {}): Promise<Response> {
    this.#requests += 1;
    const headers = { ...writerHeaders({ member: this.members[name] }), ...init.headers };
    try {
      return await this.room.room.request(new Request(`http://room/${path}`, { ...init, headers }));
    } finally {
      this.#requests -= 1;
    }
  }

  /** Writes a cell over HTTP. */
  write(name: Name, row: string, content: unknown): Promise<Response> {
    const headers = { [PATH_HEADER]: '/tables/t', 'Content-Type': 'application/json' };
    const body = JSON.stringify({ [row]: { c: content } });
    return this.request(name, 'store', { method: 'PATCH', headers, body });
  }

  /** The content without the heartbeat, now or just before a moment. */
  async content(moment?: string): Promise<StoreExport> {
    const headers = { [QUERY_HEADER]: moment === undefined ? '' : `at=${moment}` };
    const response = await this.request('ann', 'store', { headers });
    if (!response.ok) throw new Error(await response.text());
    const { tables, values } = (await response.json()) as StoreExport;
    const { heartbeat: _, ...others } = values;
    return { tables, values: others };
  }

  /** The ids of all moments of the history. */
  async moments(): Promise<string[]> {
    const headers = { [QUERY_HEADER]: 'limit=100' };
    const { moments } = await (await this.request('ann', 'history', { headers })).json();
    return (moments as { id: string }[]).map(({ id }) => id);
  }

  /** Restores the store as it was just before a moment. */
  restore(name: Name, moment: string): Promise<Response> {
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ at: moment });
    return this.request(name, 'restore', { method: 'POST', headers, body });
  }

  /** Sends the content of a device by manual sync. */
  syncManually(index: number): Promise<Response> {
    const content = (this.store(index) as MergeableStore).getMergeableContent();
    const body = JSON.stringify({ mergeableContent: content }, (_, cell) =>
      cell === undefined ? '\uFFFC' : cell,
    );
    return this.request(this.ownerOf(index), 'manual-sync', { method: 'POST', body });
  }

  async evict(): Promise<void> {
    // The protocol of a persister has no clocks, so an eviction must not lose its frames.
    if (this.isJoined(PERSISTED)) await this.settle();
    while (this.room.isWorking || this.#requests > 0) await this.pass(TURN_MS);
    await this.room.start();
  }

  async kill(): Promise<void> {
    this.#requests = 0;
    await this.room.kill();
    this.reap();
  }

  // Time

  async pass(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
  }

  settle(): Promise<void> {
    return untilQuiet(this.room);
  }

  /** Connects the devices of all members, and lets heartbeats pass until they agree. */
  async rest(): Promise<void> {
    for (let beats = 0; beats < MAX_BEATS; beats++) {
      this.reap();
      for (const index of this.present) await this.join(index);
      await this.settle();
      const hashes = this.mergeable.map((store) => `${store.getMergeableContentHashes()}`);
      if (new Set(hashes).size === 1 && beats > 0) return;
      await this.pass(HEARTBEAT_SECONDS * 1_000);
      await this.room.room.alarm();
      await this.settle();
    }
    throw new Error('the members do not agree');
  }
}
