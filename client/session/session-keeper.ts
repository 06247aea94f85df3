import { fits, SIGNED_IN } from '../../src/protocol/answer-shapes.ts';
import type { SignedIn } from '../../src/protocol/answers.ts';
import { Observable } from '../common/observable.ts';
import { isSameOwner, type Owner } from '../offline/erase-copy.ts';
import type { SafeStorage } from './session-storage.ts';

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
 * is remembered when a session ends by itself, as their offline copy stays until they sign out, or
 * somebody else signs in.
 */
export class SessionKeeper extends Observable<Session | undefined> {
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly #erase: (user: Owner) => Promise<void>;
  #user: Owner | undefined;
  readonly clockOffset: number;

  /** `erase` deletes what this device has of a user who has left; it is called in every tab. */
  constructor(
    key: string,
    storage: SafeStorage,
    erase: (user: Owner) => Promise<void> = async () => undefined,
  ) {
    const kept = parse(storage.getItem(key)) ?? {};
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

  keep(session: Session, clock_offset: number): void {
    this.#write({ ...session, clock_offset });
    void this.#change(session);
  }

  /** Keeps what was learnt about the server's clock since. */
  keepClock(clock_offset: number): void {
    const kept = parse(this.#storage.getItem(this.#key));
    // Another tab may have signed in as somebody else, which is still to be heard of.
    if (this.value && kept?.session_uuid === this.value.session_uuid) {
      this.#write({ ...kept, clock_offset });
    }
  }

  /**
   * Forgets a session because its user said so, and erases their copy. Without a session it is
   * the last user who leaves, and nothing is done where somebody else has signed in meanwhile.
   */
  async leave(session: Session | undefined): Promise<void> {
    if (this.value && this.value.session_uuid !== session?.session_uuid) return;
    this.#write({ left: true });
    this.#storage.removeItem(this.#key);
    await this.#change(undefined, true);
  }

  /** Forgets this session, unless another one has taken its place. */
  forget({ session_uuid, user }: Session): void {
    if (this.value?.session_uuid !== session_uuid) return;
    this.#write({ user });
    void this.#change(undefined);
  }

  #write(kept: Kept): void {
    this.#storage.setItem(this.#key, JSON.stringify(kept));
  }

  /**
   * Another tab has signed in or out, or another program has written here, which is nothing to us.
   */
  #follow(news: string | null): void {
    const told = parse(news ?? null);
    // That somebody left stands in the storage for no more than a moment.
    const kept = told?.left ? told : parse(this.#storage.getItem(this.#key));
    const session = kept && sessionOf(kept);
    if (kept && (kept.left || session?.session_uuid !== this.value?.session_uuid)) {
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

const SHAPES: Kept[] = [SIGNED_IN, { user: SIGNED_IN.user }, { left: true }];

/** What the storage holds; undefined for what is none of ours. */
function parse(text: string | null): Kept | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    return text === null || SHAPES.some((shape) => fits(kept, shape)) ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}

const sessionOf = (kept: Kept): Session | undefined =>
  fits(kept, SIGNED_IN) ? { session_uuid: kept.session_uuid, user: kept.user } : undefined;
