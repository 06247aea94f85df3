import { bindMembers } from '../common/bind-members.ts';
import { NOBODY, type Presence, type PresentDevice, presenceJson } from '../connection/presence.ts';

/** What shows the connections that follow each other. */
interface Source {
  readonly value: { readonly connection: { readonly presence: Presence } | undefined };
  subscribe(listener: () => void): () => void;
}

/** The presence in the connection that an app shows, whichever that is. */
export class SessionPresence {
  readonly #source: Source;
  /** What was set while there was no connection. */
  #early: unknown = null;

  constructor(source: Source) {
    this.#source = source;
    bindMembers(this);
  }

  /** The other devices that have set a presence. It is the same list until something changes. */
  get others(): readonly PresentDevice[] {
    return this.#source.value.connection?.presence.others ?? NOBODY;
  }

  /** Throws like `Presence.set`. The next connection gets what is set without one. */
  set(data: unknown): void {
    const { connection } = this.#source.value;
    if (connection) connection.presence.set(data);
    else {
      presenceJson(data);
      this.#early = data;
    }
  }

  /** Tells a new connection what was set before it. */
  begin({ presence }: { presence: Presence }): void {
    if (this.#early !== null) presence.set(this.#early);
    this.#early = null;
  }

  /** Calls `listener` when `others` may have changed. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void {
    let followed: object | undefined;
    let unfollow = (): void => undefined;
    const follow = () => {
      const { connection } = this.#source.value;
      if (connection === followed) return;
      unfollow();
      followed = connection;
      unfollow = connection?.presence.subscribe(listener) ?? (() => undefined);
      listener();
    };
    follow();
    const unsubscribe = this.#source.subscribe(follow);
    return () => {
      unsubscribe();
      unfollow();
    };
  }
}
