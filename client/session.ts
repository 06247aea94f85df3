import { fits, SIGNED_IN } from '../src/protocol/answer-shapes.ts';
import type { SignedIn } from '../src/protocol/answers.ts';
import { Observable } from './observable.ts';
import type { SafeStorage } from './storage.ts';

/** One sign-in, as the server gave it. Whoever has its `session_uuid` is signed in. */
export type Session = SignedIn;

interface Kept extends Session {
  /** What was learnt about the server's clock, for a start without network. */
  clock_offset?: number;
}

/** Keeps the session in memory and in the app's storage, and follows the other tabs. */
export class SessionKeeper extends Observable<Session | undefined> {
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly clockOffset: number;

  constructor(key: string, storage: SafeStorage) {
    const kept = parse(storage.getItem(key));
    super(kept);
    this.clockOffset = Number(kept?.clock_offset) || 0;
    this.#storage = storage;
    this.#key = key;
    globalThis.addEventListener?.('storage', (event: Event) => {
      const { storageArea, key } = event as StorageEvent;
      if (storageArea === storage.area && (key === this.#key || key === null)) this.#follow();
    });
  }

  keep(session: Session, clock_offset: number): void {
    this.#write({ ...session, clock_offset });
    this.set(session);
  }

  /** Keeps what was learnt about the server's clock since. */
  keepClock(clock_offset: number): void {
    const kept = parse(this.#storage.getItem(this.#key));
    // Another tab may have signed in as somebody else, which is still to be heard of.
    if (kept && kept.session_uuid === this.value?.session_uuid) {
      this.#write({ ...kept, clock_offset });
    }
  }

  #write(kept: Kept): void {
    this.#storage.setItem(this.#key, JSON.stringify(kept));
  }

  /** Whether the user is just leaving on purpose, so that nothing of theirs should stay here. */
  leaving = false;

  /** Forgets this session because its user said so. */
  leave(session: Session): void {
    this.leaving = true;
    this.forget(session);
    this.leaving = false;
  }

  /** Forgets this session, unless another one has taken its place. */
  forget({ session_uuid }: Session): void {
    if (this.value?.session_uuid !== session_uuid) return;
    this.#storage.removeItem(this.#key);
    this.set(undefined);
  }

  /** Another tab has signed in or out, or another program has written here, which is nothing to us. */
  #follow(): void {
    const text = this.#storage.getItem(this.#key);
    const kept = parse(text);
    if (text !== null && !kept) return;
    if (kept?.session_uuid !== this.value?.session_uuid) this.set(kept);
  }
}

/** The session in what the storage holds; undefined where there is none. */
function parse(text: string | null): Kept | undefined {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    return fits(kept, SIGNED_IN) ? (kept as Kept) : undefined;
  } catch {
    return undefined;
  }
}
