import { MAX_PRESENCE_BYTES, type PresentMember } from '../../src/protocol/presence.ts';
import { bindMembers } from '../common/bind-members.ts';
import { Observable } from '../common/observable.ts';

/** Another device that is connected to the same store and tells what it is doing. */
export interface PresentDevice<Data = unknown> {
  /** A random id. It stays the same while the device reconnects. */
  readonly device: string;
  /** Whose device it is; undefined in private stores. */
  readonly member?: Readonly<PresentMember> | undefined;
  /** What the device has set. */
  readonly data: Data;
}

/** What this device tells the others: the JSON of its presence; undefined for nothing. */
export interface OwnPresence {
  readonly json: string | undefined;
}

/** What a connection's presence and its engine share. */
export interface PresenceContext {
  /** Undefined until the app uses presence. */
  readonly own: Observable<OwnPresence | undefined>;
  readonly others: Observable<readonly PresentDevice[]>;
}

/** One list for everybody who sees nobody, so that it stays the same while that does not change. */
export const NOBODY: readonly PresentDevice[] = [];

export const presenceContext = (): PresenceContext => ({
  own: new Observable<OwnPresence | undefined>(undefined),
  others: new Observable(NOBODY),
});

/**
 * Who else is connected to the store, and what they are doing. Nothing of it is stored. It costs
 * nothing until the app uses it for the first time.
 */
export class Presence {
  readonly #context: PresenceContext;

  constructor(context: PresenceContext) {
    this.#context = context;
    bindMembers(this);
  }

  /**
   * The other devices that have set a presence. It is the same list until something changes, and
   * empty while the connection is lost.
   */
  get others(): readonly PresentDevice[] {
    this.#use();
    return this.#context.others.value;
  }

  /**
   * Tells the other devices what this one is doing, until the connection ends: any JSON of up to
   * 1,024 bytes; null to withdraw it. Others get at most 20 updates a second; the last one always
   * arrives. Throws a `TypeError` for what JSON cannot express, and a `RangeError` for what is too
   * large.
   */
  set(data: unknown): void {
    this.#context.own.set({ json: presenceJson(data) });
  }

  /** Withdraws what was set. */
  clear(): void {
    this.set(null);
  }

  /** Calls `listener` after each change of `others`. Returns a function that unsubscribes. */
  subscribe(listener: (others: readonly PresentDevice[]) => void): () => void {
    this.#use();
    return this.#context.others.subscribe(listener);
  }

  #use(): void {
    const { own } = this.#context;
    if (!own.value) own.set({ json: undefined });
  }
}

/** Returns the JSON of a presence; undefined to withdraw it. Throws like {@link Presence.set}. */
export function presenceJson(data: unknown): string | undefined {
  if (data === null) return undefined;
  const json = JSON.stringify(data) as string | undefined;
  if (json === undefined) throw new TypeError('a presence has to be JSON');
  const bytes = new TextEncoder().encode(json).length;
  if (bytes <= MAX_PRESENCE_BYTES) return json;
  throw new RangeError(`a presence has at most ${MAX_PRESENCE_BYTES} bytes of JSON, not ${bytes}`);
}
