import type { SignedIn } from '../src/protocol/answers.ts';
import { Observable } from './observable.ts';
import { isSameOwner, type Owner } from './offline/erase.ts';

/** Somewhere to keep a session: the part of the Web Storage API that the client uses. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** One sign-in, as the server gave it. Whoever has its `session_uuid` is signed in. */
export type Session = SignedIn;

/** What the storage holds: a session, or, once it has ended by itself, only whose it was. */
interface Kept extends Partial<Session> {
  /** What was learnt about the server's clock, for a start without network. */
  clock_offset?: number;
  /** Tells the other tabs that the user left on purpose; taken away at once. */
  left?: true;
}

/**
 * Keeps the session in memory and in the app's storage, and follows the other tabs. The last user
 * is remembered when a session ends by itself, as their offline copy stays until they, or somebody
 * else, sign in.
 */
export class SessionKeeper extends Observable<Session | undefined> {
  readonly #storage: SessionStorage | undefined;
  readonly #key: string;
  readonly #erase: (user: Owner) => Promise<void>;
  #user: Owner | undefined;
  readonly clockOffset: number;

  /** `erase` deletes what this device has of a user who has left; it is called in every tab. */
  constructor(
    key: string,
    storage: SessionStorage | undefined,
    erase: (user: Owner) => Promise<void> = async () => undefined,
  ) {
    const kept = read(storage, key);
    super(sessionOf(kept));
    this.#user = kept.user;
    this.clockOffset = kept.clock_offset ?? 0;
    this.#storage = storage;
    this.#key = key;
    this.#erase = erase;
    globalThis.addEventListener?.('storage', (event: Event) => {
      const { storageArea, key, newValue } = event as StorageEvent;
      if (storageArea !== storage || (key !== this.#key && key !== null)) return;
      this.#follow(parse(newValue));
    });
  }

  keep(session: Session, clock_offset: number): void {
    this.#write({ ...session, clock_offset });
    void this.#change(session);
  }

  /**
   * Forgets a session because its user said so, and erases their copy. Without a session it is
   * the last user who leaves, and nothing is done where somebody else has signed in meanwhile.
   */
  async leave(session: Session | undefined): Promise<void> {
    if (this.value && this.value.session_uuid !== session?.session_uuid) return;
    attempt(() => this.#write({ left: true }));
    attempt(() => this.#storage?.removeItem(this.#key));
    await this.#change(undefined, true);
  }

  /** Forgets this session, unless another one has taken its place. */
  forget({ session_uuid, user }: Session): void {
    if (this.value?.session_uuid !== session_uuid) return;
    attempt(() => this.#write({ user }));
    void this.#change(undefined);
  }

  #write(kept: Kept): void {
    this.#storage?.setItem(this.#key, JSON.stringify(kept));
  }

  /** Another tab has signed in or out. */
  #follow(kept: Kept): void {
    const session = sessionOf(kept);
    if (session?.session_uuid !== this.value?.session_uuid || kept.left) {
      void this.#change(session, kept.left);
    }
  }

  /** Resolves when what had to be erased is. */
  async #change(session: Session | undefined, left = false): Promise<void> {
    const former = this.#user;
    this.#user = session?.user ?? (left ? undefined : former);
    // Connections stop writing first.
    this.set(session);
    if (former && (left || (session && !isSameOwner(former, session.user)))) {
      await this.#erase(former);
    }
  }
}

const read = (storage: SessionStorage | undefined, key: string): Kept => {
  try {
    return parse(storage?.getItem(key) ?? null);
  } catch {
    return {};
  }
};

function parse(text: string | null): Kept {
  try {
    return JSON.parse(text ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** A storage that fails must not keep anybody from leaving. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {}
}

const sessionOf = ({ session_uuid, user }: Kept): Session | undefined =>
  session_uuid && user ? { session_uuid, user } : undefined;

/** The browser's localStorage; undefined where there is none or it is forbidden. */
export function browserStorage(): SessionStorage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
