import type { SignedIn } from '../src/protocol/answers.ts';
import { Observable } from './observable.ts';

/** Somewhere to keep a session: the part of the Web Storage API that the client uses. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** One sign-in, as the server gave it. Whoever has its `session_uuid` is signed in. */
export type Session = SignedIn;

interface Kept extends Session {
  /** What was learnt about the server's clock, for a start without network. */
  clock_offset: number;
}

/** Keeps the session in memory and in the app's storage, and follows the other tabs. */
export class SessionKeeper extends Observable<Session | undefined> {
  readonly #storage: SessionStorage | undefined;
  readonly #key: string;
  readonly clockOffset: number;

  constructor(key: string, storage: SessionStorage | undefined) {
    const kept = read(storage, key);
    super(kept);
    this.clockOffset = kept?.clock_offset ?? 0;
    this.#storage = storage;
    this.#key = key;
    globalThis.addEventListener?.('storage', (event: Event) => {
      const { storageArea, key } = event as StorageEvent;
      if (storageArea === storage && (key === this.#key || key === null)) this.#follow();
    });
  }

  keep(session: Session, clock_offset: number): void {
    const kept: Kept = { ...session, clock_offset };
    this.#storage?.setItem(this.#key, JSON.stringify(kept));
    this.set(session);
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
    this.#storage?.removeItem(this.#key);
    this.set(undefined);
  }

  /** Another tab has signed in or out. */
  #follow(): void {
    const kept = read(this.#storage, this.#key);
    if (kept?.session_uuid !== this.value?.session_uuid) this.set(kept);
  }
}

function read(storage: SessionStorage | undefined, key: string): Kept | undefined {
  try {
    return JSON.parse(storage?.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** The browser's localStorage; undefined where there is none or it is forbidden. */
export function browserStorage(): SessionStorage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
