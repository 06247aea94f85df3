import { type CallOptions, withDeadline } from '../common/deadline.ts';
import { Observable } from '../common/observable.ts';
import { type CopyOwner, isSameOwner } from '../offline/copy-owner.ts';
import type { SafeStorage } from './safe-storage.ts';
import {
  parseStoredSession,
  type Session,
  type StoredSession,
  sessionOf,
} from './stored-session.ts';

/** How long to wait for an asynchronous storage before the user counts as signed out. */
const LOADING: CallOptions = { timeoutMs: 5_000 };

/** What is done when sessions change. */
export interface SessionEvents {
  /** Deletes the offline copy of a user who has signed out. Every tab calls it. */
  erase(user: CopyOwner): Promise<void>;
  /** Uses the stored offset of the server's clock, in milliseconds. */
  onClockOffset(offset: number): void;
}

const NO_EVENTS: SessionEvents = { erase: async () => undefined, onClockOffset: () => undefined };

/**
 * Keeps the session in memory and in the app's storage, and follows sign-ins and sign-outs of other
 * tabs. It remembers the last user when a session ends by itself, because their offline copy stays
 * until they sign out or somebody else signs in.
 */
export class CurrentSession extends Observable<Session | undefined> {
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly #events: SessionEvents;
  #user: CopyOwner | undefined;
  /** Whether somebody has signed in or out here. What the storage held before is then outdated. */
  #hasChanged = false;
  /**
   * Resolves when an asynchronous storage has told the session, or after 5 seconds; undefined
   * afterwards, and from the start if the storage is synchronous.
   */
  loading: Promise<void> | undefined;

  constructor(key: string, storage: SafeStorage, events: SessionEvents = NO_EVENTS) {
    super(undefined);
    this.#storage = storage;
    this.#key = key;
    this.#events = events;
    const kept = storage.load(key);
    if (kept === null || typeof kept === 'string') this.#restore(kept);
    else this.loading = this.#load(kept);
    globalThis.addEventListener?.('storage', (event: Event) => {
      const { storageArea, key, newValue } = event as StorageEvent;
      if (!storage.wraps(storageArea) || (key !== this.#key && key !== null)) return;
      this.#follow(newValue);
    });
  }

  /**
   * Signs in. `clock_offset` is how far the server's clock is ahead, in milliseconds. Resolves when
   * the session is stored, or the storage has failed.
   */
  async keep(session: Session, clock_offset: number): Promise<void> {
    this.#write({ ...session, clock_offset });
    void this.#change(session);
    await this.#storage.flush();
  }

  /** Stores a new offset of the server's clock, in milliseconds. */
  keepClock(clock_offset: number): void {
    const kept = parseStoredSession(this.#storage.getItem(this.#key));
    // Another tab may have signed in as somebody else, and its event has not arrived yet.
    if (this.value && kept?.session_uuid === this.value.session_uuid) {
      this.#write({ ...kept, clock_offset });
    }
  }

  /**
   * Forgets a session because its user has signed out, and erases their offline copy. Without a
   * session, it does so for the last user. Does nothing if somebody else has signed in meanwhile.
   */
  async leave(session: Session | undefined): Promise<void> {
    if (this.value && this.value.session_uuid !== session?.session_uuid) return;
    this.#write({ left: true });
    this.#storage.removeItem(this.#key);
    await Promise.all([this.#change(undefined, true), this.#storage.flush()]);
  }

  /** Forgets a session that has ended by itself, unless another one has replaced it. */
  forget({ session_uuid, user }: Session): void {
    if (this.value?.session_uuid !== session_uuid) return;
    this.#write({ user });
    void this.#change(undefined);
  }

  async #load(reading: Promise<string | null>): Promise<void> {
    // An answer that comes too late still counts, unless somebody has signed in or out meanwhile.
    const restoring = reading.then((text) => this.#restore(text));
    await withDeadline(LOADING, () => restoring).catch(() => undefined);
    this.loading = undefined;
  }

  #restore(text: string | null): void {
    const kept = parseStoredSession(text) ?? {};
    const { user } = kept;
    if (!this.#hasChanged) {
      this.#user = user;
      this.#events.onClockOffset(Number(kept.clock_offset) || 0);
      this.set(sessionOf(kept));
    } else if (user && !(this.#user && isSameOwner(this.#user, user))) {
      void this.#events.erase(user);
    }
  }

  #write(kept: StoredSession): void {
    this.#storage.setItem(this.#key, JSON.stringify(kept));
  }

  /** Handles a write of another tab. Ignores writes of other programs. */
  #follow(news: string | null): void {
    const told = parseStoredSession(news ?? null);
    // The event of a sign-out has to be read itself: the storage holds `left` only for a moment.
    const kept = told?.left ? told : parseStoredSession(this.#storage.getItem(this.#key));
    const session = kept && sessionOf(kept);
    if (kept && (kept.left || session?.session_uuid !== this.value?.session_uuid)) {
      void this.#change(session, kept.left);
    }
  }

  /** Resolves after the former user's offline copy has been erased, if it had to be. */
  async #change(session: Session | undefined, left = false): Promise<void> {
    this.#hasChanged = true;
    const former = this.#user;
    this.#user = session?.user ?? (left ? undefined : former);
    // First, so that connections stop writing to the copy.
    this.set(session);
    if (former && (left || (session && !isSameOwner(former, session.user)))) {
      await this.#events.erase(former);
    }
  }
}
