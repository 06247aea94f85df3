import { createMergeableStore, type MergeableStore, type Store } from 'tinybase';
import { vi } from 'vitest';
import { PATH_HEADER } from '../../../src/operations/proven-access.ts';
import { type MemoryDevice, MemoryRoom, writerHeaders } from '../in-memory/rooms/memory-room.ts';
import type { MemoryStorage } from '../in-memory/storage/memory-storage.ts';
import { PersistedStore } from './persisted-store.ts';
import { TURN_MS, untilQuiet } from './quiet-network.ts';
import type { ResumeCounts } from './resume-counts.ts';
import { ResumingActor } from './resuming-actor.ts';
import { SavedClaims } from './saved-claims.ts';

/** The devices: two of our client, one of TinyBase's, and a persister. */
export const DEVICES = 4;
export const OURS = 2;
const PLAIN = 2;
const PERSISTED = 3;

/** Seconds that a TinyBase client waits for a response. */
const PATIENCE = 0.5;
const HEARTBEAT_SECONDS = 10;
/** Heartbeats until all agree. A request whose response was lost takes three to time out. */
const MAX_BEATS = 8;

/** The devices of a user and their room. Timers have to be fake. */
export class ResumeWorld {
  readonly room = new MemoryRoom({ HEARTBEAT_SECONDS });
  readonly plain = createMergeableStore('plain');
  readonly persisted = new PersistedStore();
  readonly claims = new SavedClaims();
  /** Codes with which the room has closed sockets. */
  readonly closes: number[] = [];
  readonly #resuming: [ResumingActor, ResumingActor];
  readonly #counts: ResumeCounts;
  #plainDevice: MemoryDevice | undefined;
  #requests = 0;
  #actors = 0;
  #backups: MemoryStorage[] = [];
  #isRestored = false;

  constructor(counts: ResumeCounts) {
    this.#counts = counts;
    this.#resuming = [this.#watch(this.#newActor()), this.#watch(this.#newActor())];
  }

  async start(): Promise<void> {
    vi.stubGlobal('fetch', (_: string, init: RequestInit) =>
      this.request('partykit-store', { ...init, headers: writerHeaders() }),
    );
    await this.room.start();
    this.backUp();
  }

  stop(): void {
    for (let index = 0; index < DEVICES; index++) this.leave(index);
    for (const { device } of this.#resuming) device.stop();
  }

  store(index: number): Store {
    return [...this.mergeableStores, this.persisted.store][index]!;
  }

  get mergeableStores(): MergeableStore[] {
    return [...this.#resuming.map(({ device }) => device.store), this.plain];
  }

  actor(index: number): ResumingActor {
    return this.#resuming[index]!;
  }

  get #areSaved(): boolean {
    return this.#resuming.every(({ device }) => device.saves.saved);
  }

  // Devices

  #newActor(): ResumingActor {
    return new ResumingActor(this.#actors++);
  }

  #watch(actor: ResumingActor): ResumingActor {
    actor.device.onSaved = () => {
      // After a restore, devices hold content that the server does not have.
      if (!this.#isRestored) this.claims.add(actor.believed, this.room.storage);
      else if (!actor.isTampered) this.claims.add(actor.believedOwn, this.room.storage);
    };
    return actor;
  }

  isJoined(index: number): boolean {
    return this.#socketOf(index) !== undefined;
  }

  #socketOf(index: number) {
    if (index === PLAIN) return this.#plainDevice?.socket;
    return index === PERSISTED ? this.persisted.socket : this.actor(index).device.socket;
  }

  async join(index: number): Promise<void> {
    if (this.isJoined(index)) return;
    if (index === PLAIN) this.#plainDevice = await this.room.join(this.plain, PATIENCE);
    else if (index === PERSISTED) await this.persisted.join(this.room);
    else await this.actor(index).device.join(this.room);
  }

  /** Takes a device from the network. */
  leave(index: number): void {
    const socket = this.#socketOf(index);
    if (!socket) return;
    if (socket.closed && socket.closed.code !== 1006) this.closes.push(socket.closed.code);
    if (index < OURS) this.#counts.add(socket);
    if (index === PLAIN) {
      void this.#plainDevice?.synchronizer.destroy();
      this.#plainDevice = undefined;
      socket.close(1006, 'the network is gone');
    } else if (index === PERSISTED) this.persisted.leave();
    else this.actor(index).device.leave();
  }

  /** Lets devices notice that their sockets were closed. */
  reap(): void {
    for (let index = 0; index < DEVICES; index++) {
      if (this.#socketOf(index)?.closed) this.leave(index);
    }
  }

  /** Replaces a device by an empty one. */
  lose(index: number): void {
    this.#replace(index, this.#newActor());
  }

  /** Replaces a device by one that starts from a copy of what `source` has. */
  async copy(source: number, index: number): Promise<void> {
    this.#replace(index, await this.actor(source).copy(this.#actors++));
  }

  #replace(index: number, actor: ResumingActor): void {
    this.leave(index);
    this.actor(index).device.stop();
    this.#resuming[index] = this.#watch(actor);
  }

  // The server

  async request(path: string, init?: RequestInit): Promise<Response> {
    this.#requests += 1;
    try {
      return await this.room.room.request(new Request(`http://room/${path}`, init));
    } finally {
      this.#requests -= 1;
    }
  }

  /** Writes a row, or deletes it if there is no content. */
  async writeRow(table: string, row: string, content: object | undefined): Promise<void> {
    const headers = {
      ...writerHeaders(),
      [PATH_HEADER]: '',
      'Content-Type': 'application/merge-patch+json',
    };
    const body = JSON.stringify({ tables: { [table]: { [row]: content ?? null } } });
    const { status } = await this.request('store', { method: 'PATCH', headers, body });
    if (status !== 204) throw new Error(`unexpected status ${status}`);
  }

  /** Waits until the room handles nothing, and evicts it. Connections survive. */
  async evict(): Promise<void> {
    await this.#settlePersister();
    while (this.room.isWorking || this.#requests > 0) await this.pass(TURN_MS);
    await this.room.start();
  }

  /** The server ends in the middle of its work. */
  async kill(storage = this.room.storage): Promise<void> {
    this.#requests = 0;
    await this.room.kill(storage);
    this.reap();
  }

  /** Copies the data. Returns the number of the copy. */
  backUp(): number {
    return this.#backups.push(this.room.storage.copy()) - 1;
  }

  /** Replaces the server's data by an earlier copy. */
  async restore(index: number): Promise<void> {
    this.claims.clear();
    this.#isRestored = true;
    await this.kill(this.#backups[index % this.#backups.length]!.copy());
  }

  // Time

  async pass(milliseconds: number): Promise<void> {
    if (milliseconds > 1_000) await this.#settlePersister();
    await vi.advanceTimersByTimeAsync(milliseconds);
  }

  /** The protocol of a persister has no clocks: its frames must arrive within a few seconds. */
  async #settlePersister(): Promise<void> {
    if (this.isJoined(PERSISTED)) await this.settle();
  }

  /** Delivers frames until none is in transit and nobody is about to send one. */
  settle(): Promise<void> {
    return untilQuiet(this.room);
  }

  async beat(): Promise<void> {
    await this.room.room.alarm();
  }

  /** Makes our devices come back to a room that has not read its content. */
  async comeBackCold(): Promise<void> {
    for (let index = 0; index < DEVICES; index++) this.leave(index);
    await this.evict();
    for (let index = 0; index < OURS; index++) await this.join(index);
    await this.settle();
  }

  /**
   * Connects devices, by default all, and lets heartbeats pass until they agree. Throws if they do
   * not.
   */
  async rest(devices = DEVICES): Promise<void> {
    for (let beats = 0; beats < MAX_BEATS; beats++) {
      this.reap();
      for (let index = 0; index < devices; index++) await this.join(index);
      await this.settle();
      if (this.#areInStep(devices) && beats > 0) return;
      await this.pass(HEARTBEAT_SECONDS * 1000);
      await this.beat();
      await this.settle();
    }
    throw new Error('the devices do not agree');
  }

  #areInStep(devices: number): boolean {
    const stores = this.mergeableStores.slice(0, devices);
    const hashes = stores.map((store) => `${store.getMergeableContentHashes()}`);
    return new Set(hashes).size === 1 && this.#areSaved;
  }
}
