import {
  DEVICE_HEADER,
  ownerOf,
  type ProvenDevice,
  type ProvenWriter,
  type StoreOwner,
  WRITER_HEADER,
} from '../../operations/proven-access.ts';
import type { RoomStorage } from '../../platform.ts';
import { NewerFormatError } from '../newer-format-error.ts';

/** Version of the stored format. */
const FORMAT = 1;

const KEY = 'owner';

interface StoredOwner extends StoreOwner {
  format: number;
}

/**
 * The account of a private room: the first one that is proven. An account of another namespace may
 * have the same id, because imports take ids over, but it never gets the room.
 */
export class RoomOwner {
  readonly #storage: RoomStorage;
  readonly #fail: (error: unknown) => void;
  #owner: StoreOwner | undefined;

  /** `fail` ends the room because storage refused a write. */
  constructor(storage: RoomStorage, fail: (error: unknown) => void) {
    this.#storage = storage;
    this.#fail = fail;
  }

  /** Throws a {@link NewerFormatError}. */
  async load(): Promise<void> {
    const stored = await this.#storage.get<StoredOwner>(KEY);
    if (stored && stored.format > FORMAT) {
      throw new NewerFormatError(`an owner of format ${stored.format}, newer than ${FORMAT}`);
    }
    this.#owner = stored;
  }

  /** The namespace and the id of the store; undefined until somebody is proven. */
  get home(): { namespace: string; store: string; is_shared: boolean } | undefined {
    if (!this.#owner) return undefined;
    return { namespace: this.#owner.namespace, store: this.#owner.account, is_shared: false };
  }

  /** Whether the sender of a request that the edge has authenticated is not another owner. */
  admits({ headers }: Request): boolean {
    const proven = headers.get(DEVICE_HEADER) ?? headers.get(WRITER_HEADER);
    if (proven === null) return true;
    const owner = ownerOf(JSON.parse(proven) as ProvenDevice | ProvenWriter);
    return !owner || this.claim(owner);
  }

  /** Whether the room is that of this account. It becomes so if nobody has it. */
  claim({ namespace, account }: StoreOwner): boolean {
    if (!this.#owner) {
      this.#owner = { namespace, account };
      const stored: StoredOwner = { format: FORMAT, namespace, account };
      this.#storage.put(KEY, stored).catch(this.#fail);
    }
    return this.#owner.namespace === namespace && this.#owner.account === account;
  }
}
