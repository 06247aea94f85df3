import type { Result } from './protocol/errors.ts';

/**
 * The interfaces of an engine. The entry points in party/ and worker/ implement them with PartyKit
 * and PartyServer. Nothing else in src/ knows which engine it runs on.
 */

/** Key-value storage of a room. Values have at most 120 kB (PartyKit's limit is 128 KiB). */
export interface RoomStorage {
  get<Value>(key: string): Promise<Value | undefined>;
  get<Value>(keys: string[]): Promise<Map<string, Value>>;
  put<Value>(key: string, value: Value): Promise<void>;
  /** At most 128 entries a call. */
  put<Value>(entries: Record<string, Value>): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** At most 128 keys a call. */
  delete(keys: string[]): Promise<number>;
  list<Value>(options?: ListOptions): Promise<Map<string, Value>>;
  transaction<Value>(run: (transaction: RoomTransaction) => Promise<Value>): Promise<Value>;
  deleteAll(): Promise<void>;
  getAlarm(): Promise<number | null>;
  /** `time` in milliseconds since the epoch. */
  setAlarm(time: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

export interface ListOptions {
  prefix?: string;
  start?: string;
  end?: string;
  limit?: number;
  /** Whether to list from the last key to the first. */
  reverse?: boolean;
}

export type RoomTransaction = Omit<RoomStorage, 'transaction' | 'deleteAll'>;

/** One socket. Its state survives hibernation and has at most 2 KiB when serialised. */
export interface Connection {
  send(data: string): void;
  close(code: number, reason: string): void;
  readonly state: unknown;
  setState(state: unknown): unknown;
}

export type Engine = 'partykit' | 'workers';

/** Where an event of the log happened. All rooms of the auth party are `auth`. */
export type Logged = 'edge' | 'auth' | 'user';

declare const loggable: unique symbol;

/** Text that log.ts has allowed in a log. */
export type LogText = string & { readonly [loggable]: true };

type Figure = string | number | boolean | undefined;

/**
 * Logs one event with its figures. Addresses, tokens, passwords, their whole hashes and content
 * must not be logged, so the type accepts only literals of our source and {@link LogText}.
 */
export type Log = <const Figures extends Record<string, Figure>>(
  event: string,
  figures?: Figures & { [Name in keyof Figures]: string extends Figures[Name] ? never : unknown },
) => void;

/** What the engine gives a room. */
export interface RoomHost {
  log: Log;
  storage: RoomStorage;
  config: Config;
  /** Every open connection of the room, including those from before hibernation. */
  connections(): Iterable<Connection>;
  /** Other rooms. Undefined on PartyKit if an alarm woke the room. */
  rooms(): Rooms | undefined;
}

/** Returns a compiled WebAssembly module that is deployed with the code; the same one each time. */
export type LoadWasm = () => Promise<WebAssembly.Module>;

/** What the engine also gives a room of the auth party. */
export interface AuthHost extends RoomHost {
  /** The name of the room. Undefined on PartyKit if an alarm woke the room. */
  name(): string | undefined;
  /** The module of @phi-ag/argon2. */
  argon2: LoadWasm;
}

/** The private way to a room, for the edge and other rooms. */
export interface RoomStub {
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface Rooms {
  auth(name: string): RoomStub;
  user(name: string): RoomStub;
}

/** Pseudonyms for a log. Each is the same on every line. */
export interface Pseudonyms {
  account(namespace: string, email: string): LogText;
  network(address: string): LogText;
  session(token: string): LogText;
}

/** What the engine gives the edge. */
export interface EdgeHost {
  engine: Engine;
  mount: MountPoint;
  log: Log;
  config: Config;
  /**
   * The faults in the engine's variables. If there are any, the edge answers every request with
   * 500.
   */
  faults: readonly Fault[];
  rooms: Rooms;
  /** The same module as in auth rooms. */
  argon2: LoadWasm;
  /** The file with the page's HTML; undefined if no page is served. */
  page(): Promise<Response | undefined>;
  /** The file with the dashboard's HTML; undefined if none is served. */
  dashboard(): Promise<Response | undefined>;
  pseudonyms(host: EdgeHost): Promise<Pseudonyms>;
  /** Counts a request of the network of `address`. Fails if there were too many in this minute. */
  limitRequests(host: EdgeHost, address: string): Promise<Result<unknown>>;
}

/** Settings, read once from the engine's variables by `readConfig`. */
export type Config = import('./config/config.ts').Config;
type Fault = import('./config/config.ts').Fault;

/** Where the public URLs of the service are, if another app serves the rest of the host. */
export interface MountPoint {
  /** The path before every route, without a trailing slash; empty for the root of the host. */
  basePath: string;
  /** The names of PartyKit's parties. PartyKit also routes `/parties/NAME/ROOM` to each of them. */
  parties?: { auth: string; user: string };
}
