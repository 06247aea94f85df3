import { vi } from 'vitest';
import { argon2 } from '../../../dev/argon2-wasm.ts';
import { accountShard } from '../../../src/account-shard.ts';
import { AuthRoom } from '../../../src/auth/auth-room.ts';
import { readConfig } from '../../../src/config/config.ts';
import { shardOf, shardOfToken } from '../../../src/located-token.ts';
import { logger } from '../../../src/log.ts';
import type {
  AccountsRoomOperations,
  Credentials,
  HashingOperations,
  SessionQuery,
} from '../../../src/operations/auth-room-operations.ts';
import { call, routesOf, serve } from '../../../src/operations/room-calls.ts';
import type { UserOperations } from '../../../src/operations/user-room-operations.ts';
import type { LoadWasm, RoomStub, Rooms } from '../../../src/platform.ts';
import { succeed } from '../../../src/protocol/errors.ts';
import { isStoreId } from '../../../src/protocol/membership.ts';
import { FakeStores } from './fake-stores.ts';
import { InstanceStorage, MemoryStorage } from './storage/memory-storage.ts';

/** The operations that need a session. */
type BySession = {
  [Name in keyof AccountsRoomOperations]: AccountsRoomOperations[Name]['input'] extends SessionQuery
    ? Name
    : never;
}[keyof AccountsRoomOperations];

type EndSessions = UserOperations['end-sessions']['input'];
type Renewal = UserOperations['renew-session']['input'];

/** Runs all auth rooms in memory, with user rooms that record their requests. */
export class AuthWorld {
  readonly storages = new Map<string, MemoryStorage>();
  readonly ended: Array<EndSessions & { room: string }> = [];
  readonly renewed: Array<Renewal & { room: string }> = [];
  readonly destroyed: string[] = [];
  /** The private rooms that were told that their account's stores have changed. */
  readonly storesChanged: string[] = [];
  /** Every call to a room, as `room/operation`. */
  readonly calls: string[] = [];
  readonly stores = new FakeStores();
  /** Makes all requests to user rooms fail. */
  userRoomsFail = false;
  private readonly opened = new Map<string, AuthRoom>();
  private readonly instances = new Set<InstanceStorage>();
  #callsLeft = Number.POSITIVE_INFINITY;
  #onKill: () => void = () => undefined;

  /** Makes the room with the logs' key fail. */
  logKeyRoomFails = false;
  /** Whether directories cannot be reached, or do what they are told while the answer is lost. */
  directory: 'reachable' | 'unreachable' | 'unanswered' = 'reachable';
  /** The number of requests to hashing rooms that will fail. */
  failingHashes = 0;
  /** Replaces hashing by a stub, so that a test can try a thousand times as many passwords. */
  stubsHashing = false;
  /** Runs while the next password is hashed. */
  duringNextHash: (() => Promise<unknown>) | undefined;
  /** The auth room that other rooms cannot reach. */
  unreachable: string | undefined;
  /** Whether rooms do not know their names, as if alarms of PartyKit woke them. */
  isNameless = false;
  /** Set if the engine provides Argon2id. */
  argon2: LoadWasm = argon2;

  constructor(private readonly variables: Record<string, unknown> = {}) {}

  /** Returns the storage of the auth room `name`. */
  storage(name: string): MemoryStorage {
    const storage = this.storages.get(name) ?? new MemoryStorage();
    this.storages.set(name, storage);
    return storage;
  }

  /** Drops the rooms' memory, as an eviction does. */
  evict(): void {
    this.opened.clear();
  }

  /** Ends all rooms in the middle of what they do. Their calls to the storage never settle. */
  kill(): void {
    for (const storage of this.instances) storage.end();
    this.instances.clear();
    this.evict();
    this.#onKill();
  }

  /** Kills all rooms at the storage call that is this many calls away, instead of any earlier. */
  killAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  /** Resolves when the rooms are killed. */
  killed(): Promise<void> {
    return new Promise((resolve) => {
      this.#onKill = resolve;
    });
  }

  #countCall(): void {
    this.#callsLeft -= 1;
    if (this.#callsLeft === 0) this.kill();
  }

  auth = (name: string): RoomStub => ({
    fetch: async (path, init) => {
      this.calls.push(`${name}${path}`);
      const request = new Request(`http://room${path}`, init);
      if (name === this.unreachable) throw new Error('room cannot be reached');
      if (name === 'log-key' && this.logKeyRoomFails) throw new Error('room is broken');
      if (name.startsWith('directory-') && this.directory !== 'reachable') {
        if (this.directory === 'unanswered') await (await this.room(name)).request(request);
        throw new Error('the directory is down');
      }
      if (name.startsWith('hash-') && this.failingHashes-- > 0) throw new Error('room is broken');
      if (name.startsWith('hash-')) {
        const { duringNextHash } = this;
        this.duringNextHash = undefined;
        await duringNextHash?.();
      }
      const stub = this.stubsHashing ? await serve(STUB_HASHING, request.clone()) : undefined;
      return stub ?? (await this.room(name)).request(request);
    },
  });

  user = (name: string): RoomStub => ({
    fetch: async (path, init) => {
      this.calls.push(`${name}${path}`);
      if (this.userRoomsFail) throw new Error('the user room is down');
      if (isStoreId(name) && path !== '/end-sessions' && path !== '/renew-session') {
        return this.stores.room(name).fetch(path, init);
      }
      const told = { room: name, ...JSON.parse(String(init?.body)) };
      if (path === '/destroy') this.destroyed.push(name);
      else if (path === '/stores-changed') this.storesChanged.push(name);
      else if (path === '/renew-session') this.renewed.push(told);
      else this.ended.push(told);
      return Response.json({});
    },
  });

  rooms(): Rooms {
    const { auth, user } = this;
    return { auth, user };
  }

  /** Calls an operation of the auth room of the account `email` in `namespace`. */
  async ask<Name extends 'sign-up' | 'sign-in' | 'request-reset'>(
    name: Name,
    details: Partial<Credentials> = {},
  ) {
    const { namespace, email } = { ...ANN, ...details };
    const shard = await accountShard(namespace, email);
    const input = { ...ANN, ...details, shard };
    return call<AccountsRoomOperations, Name>(this.auth(shard), name, input);
  }

  /** Calls an operation of the auth room that a session names. */
  askAs<Name extends BySession>(
    name: Name,
    session_uuid: string,
    details: Partial<AccountsRoomOperations[Name]['input']> = {},
  ) {
    return this.askAt(name, session_uuid, { session_uuid, client: ANN.client, ...details });
  }

  /** Calls an operation of the auth room that a token names. */
  askAt<Name extends keyof AccountsRoomOperations>(name: Name, token: string, input: object) {
    return this.askShard(name, (shardOf(token) ?? shardOfToken(token))!, input);
  }

  /** Calls an operation of the auth room `shard`. */
  askShard<Name extends keyof AccountsRoomOperations>(name: Name, shard: string, input: object) {
    const known = input as AccountsRoomOperations[Name]['input'];
    return call<AccountsRoomOperations, Name>(this.auth(shard), name, known);
  }

  /** Signs up and returns the UUID of the session that this starts. */
  async signUp(): Promise<string> {
    const result = await this.ask('sign-up');
    if (!result.ok) throw new Error(result.message);
    return result.value.session_uuid!;
  }

  /** Signs in and returns the session's UUID. */
  async signIn(details: Partial<Credentials> = {}): Promise<string> {
    const result = await this.ask('sign-in', details);
    if (!result.ok) throw new Error(result.message);
    return result.value.session_uuid;
  }

  /** Returns the storage of the room with Ann's account, and the account's id. */
  async home(
    namespace = ANN.namespace,
  ): Promise<{ shard: string; storage: MemoryStorage; id: string }> {
    const shard = await accountShard(namespace, ANN.email);
    const storage = this.storage(shard);
    const accounts = await storage.list<{ id: string; email: string }>({ prefix: 'account:' });
    const id = [...accounts.values()].find(({ email }) => email === ANN.email)?.id ?? '';
    return { shard, storage, id };
  }

  /** Fires the alarm of the room with Ann's account at `time`. */
  async alarm(time: number): Promise<void> {
    const { shard } = await this.home();
    const now = vi.spyOn(Date, 'now').mockReturnValue(time);
    await (await this.room(shard)).alarm().finally(() => now.mockRestore());
  }

  /** Sets the fake clock past every alarm that is set, and fires them. */
  async alarms(): Promise<void> {
    const set = [...this.storages].filter(([, { alarm }]) => alarm !== null);
    vi.setSystemTime(Math.max(Date.now(), ...set.map(([, { alarm }]) => alarm! + 1_000)));
    await Promise.all(set.map(async ([name]) => (await this.room(name)).alarm()));
  }

  /** Fires the alarm of an auth room. */
  async alarmOf(name: string): Promise<void> {
    await (await this.room(name)).alarm();
  }

  private async room(name: string): Promise<AuthRoom> {
    const known = this.opened.get(name);
    if (known) return known;
    const config = readConfig(this.variables);
    const { argon2 } = this;
    const instance = new InstanceStorage(this.storage(name), () => this.#countCall());
    this.instances.add(instance);
    const room = new AuthRoom({
      argon2,
      name: () => (this.isNameless ? undefined : name),
      storage: instance.asStorage,
      config,
      log: logger('partykit', 'auth'),
      connections: () => [],
      rooms: () => this.rooms(),
    });
    this.opened.set(name, room);
    await room.start();
    return room;
  }
}

/** Creates stub hashes in the current format. */
const stubHash = (password: string): string =>
  `$argon2id$v=19$m=19456,t=2,p=1$${Buffer.from(password).toString('base64')}$AAAA`;

const STUB_HASHING = routesOf<HashingOperations>({
  hash: async ({ password }) => succeed({ hash: stubHash(password) }),
  verify: async ({ password, hash }) => succeed({ valid: hash === stubHash(password) }),
});

/** The default account of the tests. */
export const ANN = {
  namespace: 'notes',
  email: 'Ann@Example.com',
  password: 'correct horse battery',
  client: { address: '192.0.2.1', user_agent: '' },
};
