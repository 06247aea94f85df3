import { Observable } from '../common/observable.ts';
import { type CopyOwner, isSameOwner } from '../offline/copy-owner.ts';
import type { SafeStorage } from './safe-storage.ts';
import {
  parseStoredSession,
  type Session,
  type StoredSession,
  sessionOf,
} from './stored-session.ts';

/**
 * Keeps the session in memory and in the app's storage, and follows sign-ins and sign-outs of other
 * tabs. It remembers the last user when a session ends by itself, because their offline copy stays
 * until they sign out or somebody else signs in.
 */
export class CurrentSession extends Observable<Session | undefined> {
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly #erase: (user: CopyOwner) => Promise<void>;
  #user: CopyOwner | undefined;
  readonly clockOffset: number;

  /** `erase` deletes the offline copy of a user who has signed out. Every tab calls it. */
  constructor(
    key: string,
    storage: SafeStorage,
    erase: (user: CopyOwner) => Promise<void> = async () => undefined,
  ) {
    const kept = parseStoredSession(storage.getItem(key)) ?? {};
    super(sessionOf(kept));
    this.#user = kept.user;
    this.clockOffset = Number(kept.clock_offset) || 0;
    this.#storage = storage;
    this.#key = key;
    this.#erase = erase;
    globalThis.addEventListener?.('storage', (event: Event) => {
      const { storageArea, key, newValue } = event as StorageEvent;
      if (storageArea !== storage.area || (key !== this.#key && key !== null)) return;
      this.#follow(newValue);
    });
  }

  /** Signs in. `clock_offset` is how far the server's clock is ahead, in milliseconds. */
  keep(session: Session, clock_offset: number): void {
    this.#write({ ...session, clock_offset });
    void this.#change(session);
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
    await this.#change(undefined, true);
  }

  /** Forgets a session that has ended by itself, unless another one has replaced it. */
  forget({ session_uuid, user }: Session): void {
    if (this.value?.session_uuid !== session_uuid) return;
    this.#write({ user });
    void this.#change(undefined);
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
    const former = this.#user;
    this.#user = session?.user ?? (left ? undefined : former);
    // First, so that connections stop writing to the copy.
    this.set(session);
    if (former && (left || (session && !isSameOwner(former, session.user)))) {
      await this.#erase(former);
    }
  }
}
