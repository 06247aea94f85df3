import type { Readable } from 'svelte/store';
import type {
  Client,
  Connection,
  ConnectionState,
  Member,
  Membership,
  NoSchemas,
  PresentDevice,
  Role,
  Schemas,
  Session,
  StoreOf,
} from '../index.ts';

/** Svelte stores of what an app shows: `$session` in a component, `fromStore(session)` in runes. */
export interface TinyHost<S extends Schemas = NoSchemas, Data = unknown> {
  readonly client: Client<S>;
  /**
   * Whether it is known if somebody is signed in: false on a server and while an asynchronous
   * storage is read.
   */
  readonly ready: Readable<boolean>;
  /** The current session; undefined while nobody is signed in. */
  readonly session: Readable<Session | undefined>;
  /** The connection; undefined while nobody is signed in. */
  readonly connection: Readable<Connection<S> | undefined>;
  /** The state of the connection. */
  readonly connectionState: Readable<ConnectionState>;
  /** Whether the server has stored all edits of the app. */
  readonly saved: Readable<boolean>;
  /** What the user may do in the store; undefined until the server has told it. */
  readonly role: Readable<Role | undefined>;
  /**
   * The stores that the user shares with others; undefined until they are fetched. It follows
   * changes by others while the private store is connected.
   */
  readonly stores: Readable<readonly Membership[] | undefined>;
  /**
   * The members of the shared store; undefined until they are fetched, and for the private store. It
   * follows changes by others while the store is connected.
   */
  readonly members: Readable<readonly Member[] | undefined>;
  /** The other devices that are connected to the store and have set a presence. */
  readonly others: Readable<readonly PresentDevice<Data>[]>;
  /**
   * Sets the presence of this device: JSON of up to 1,024 bytes, null to withdraw it. It throws like
   * `connection.presence.set`. `Data` is what the app sets, and is not checked.
   */
  readonly setPresence: (data: Data | null) => void;
  /** The store of the connection, for the `Provider` of `tinybase/ui-svelte`. */
  readonly store: Readable<StoreOf<S> | undefined>;
}
