/**
 * What the core asks of an engine. The doors in party/ and worker/ put PartyKit and PartyServer
 * behind these interfaces; nothing else in src/ knows on which of them it runs.
 */

/** The key-value interface of room storage. Values stay under 120 kB (PartyKit's limit is 128 KiB). */
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
}

export type RoomTransaction = Omit<RoomStorage, 'transaction' | 'deleteAll'>;

/** One socket. Its state survives hibernation and is limited to 2 KiB when serialised. */
export interface Connection {
  send(data: string): void;
  close(code: number, reason: string): void;
  readonly state: unknown;
  setState(state: unknown): unknown;
}

export type Engine = 'partykit' | 'workers';

/** What an event of the log happened in. Hashing rooms are rooms of the auth party. */
export type Logged = 'edge' | 'auth' | 'user';

declare const loggable: unique symbol;

/** Text that log.ts has found fit for a log. */
export type LogText = string & { readonly [loggable]: true };

type Figure = string | number | boolean | undefined;

/**
 * Tells of one event and its figures. No address, token, password, whole hash of one, or content
 * goes in here: so a text is one that stands in our source, by its type, or a {@link LogText}.
 */
export type Log = <const Figures extends Record<string, Figure>>(
  event: string,
  figures?: Figures & { [Name in keyof Figures]: string extends Figures[Name] ? never : unknown },
) => void;

/** What a room is given by the engine that hosts it. */
export interface RoomHost {
  log: Log;
  storage: RoomStorage;
  config: Config;
  /** Every open connection of this room, those from before hibernation included. */
  connections(): Iterable<Connection>;
  /** Other rooms. Undefined in an alarm that woke the room, where PartyKit gives none. */
  rooms(): Rooms | undefined;
}

/** Gives a compiled module of WebAssembly that was deployed with the code; the same one each time. */
export type LoadWasm = () => Promise<WebAssembly.Module>;

/** What a room of the auth party is given besides. */
export interface AuthHost extends RoomHost {
  /** The name of the room. Undefined when an alarm woke the room on PartyKit. */
  name(): string | undefined;
  /** The module of @phi-ag/argon2. */
  argon2: LoadWasm;
}

/** A room as the edge and other rooms reach it: privately, past every public gate. */
export interface RoomStub {
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export interface Rooms {
  auth(name: string): RoomStub;
  user(name: string): RoomStub;
}

/** What a log calls somebody, by what a request carries: the same on every line, and no more. */
export interface Pseudonyms {
  account(namespace: string, email: string): LogText;
  network(address: string): LogText;
  session(token: string): LogText;
}

/** What the edge is given by the engine that hosts it. */
export interface EdgeHost {
  engine: Engine;
  log: Log;
  config: Config;
  /** What is wrong with the engine's variables; with any, nobody is let in. */
  faults: readonly Fault[];
  rooms: Rooms;
  /** As auth rooms of this engine have it. */
  argon2: LoadWasm;
  /** The file with the page's HTML; undefined where no page is served. */
  page(): Promise<Response | undefined>;
  pseudonyms(host: EdgeHost): Promise<Pseudonyms>;
}

/** Settings, read once from the engine's variables by `readConfig`. */
export type Config = import('./config/config.ts').Config;
type Fault = import('./config/config.ts').Fault;
