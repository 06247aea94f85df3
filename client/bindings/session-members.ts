import type { Client } from '../client.ts';
import { exponentialBackoff } from '../common/backoff.ts';
import { bindMembers } from '../common/bind-members.ts';
import { Observable } from '../common/observable.ts';
import type { ConnectionState } from '../connection/connection-state.ts';
import type { Member } from '../index.ts';

/** The delays before another attempt after a failure. */
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

type Listener = (members: readonly Member[] | undefined) => void;

/** What shows the connections that follow each other. */
interface Source {
  readonly client: { readonly stores: Pick<Client['stores'], 'members'> };
  readonly value: { readonly connection: object | undefined; readonly state: ConnectionState };
  subscribe(listener: () => void): () => void;
}

/**
 * The members of the shared store that an app shows. While somebody listens, the list is fetched,
 * and again after each change that the server tells of.
 */
export class SessionMembers {
  readonly #source: Source;
  readonly #store: string | undefined;
  readonly #list = new Observable<readonly Member[] | undefined>(undefined);
  #listeners = 0;
  #unfollow = (): void => undefined;
  /** The connection that the list is from. */
  #connection: object | undefined;
  /** The version that the list has at least; undefined before the first one. */
  #version: number | undefined;
  /** Stops the call, or the pause before the next one; undefined while there is none. */
  #stopCall: (() => void) | undefined;

  constructor(source: Source, store: string | undefined) {
    this.#source = source;
    this.#store = store;
    bindMembers(this);
  }

  /** Undefined until it is fetched, for the private store, and after access to the store has ended. */
  get value(): readonly Member[] | undefined {
    const isCurrent = this.#connection === this.#source.value.connection;
    return isCurrent ? this.#list.value : undefined;
  }

  /** Calls `listener` after each change. Returns a function that unsubscribes. */
  subscribe(listener: Listener): () => void {
    const unsubscribe = this.#list.subscribe(listener);
    this.#listeners += 1;
    if (this.#listeners === 1) {
      this.#unfollow = this.#source.subscribe(() => this.#check());
      this.#check();
    }
    let stop = (): void => {
      stop = () => undefined;
      unsubscribe();
      this.#listeners -= 1;
      if (this.#listeners === 0) this.#stop();
    };
    return () => stop();
  }

  #stop(): void {
    this.#unfollow();
    this.#stopCall?.();
    this.#stopCall = undefined;
  }

  /** Fetches the list if it is older than the connection's version. */
  #check(): void {
    const { connection, state } = this.#source.value;
    const isOver = state.status === 'refused' && state.retryAt === undefined;
    const current = isOver ? undefined : connection;
    if (current !== this.#connection) this.#forget(current);
    const { members } = state;
    const isCurrent = members === undefined || members === this.#version;
    if (!current || isCurrent || this.#stopCall) return;
    this.#fetch(members, 0);
  }

  #forget(connection: object | undefined): void {
    this.#stopCall?.();
    this.#stopCall = undefined;
    this.#connection = connection;
    this.#version = undefined;
    this.#list.set(undefined);
  }

  #fetch(version: number, failures: number): void {
    const call = new AbortController();
    this.#stopCall = () => call.abort();
    const { signal } = call;
    this.#source.client.stores.members(this.#store!, { signal }).then(
      (members) => {
        if (signal.aborted) return;
        this.#version = version;
        this.#list.set(members);
        this.#stopCall = undefined;
        this.#check();
      },
      () => !signal.aborted && this.#wait(failures + 1),
    );
  }

  #wait(failures: number): void {
    const retry = () => {
      this.#stopCall = undefined;
      const { members } = this.#source.value.state;
      if (members !== undefined) this.#fetch(members, failures);
    };
    const delay = exponentialBackoff(failures, FIRST_DELAY_MS, LONGEST_DELAY_MS);
    const timer = setTimeout(retry, delay);
    // A list that cannot be fetched must not keep a Node process alive.
    (timer as { unref?(): void }).unref?.();
    this.#stopCall = () => clearTimeout(timer);
  }
}
