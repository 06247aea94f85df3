import type { Author } from './refusal.ts';

/** Bytes of the tombstones that the refused writes of one member may leave in a store. */
const MAX_BYTES = 64_000;

/** A store has fewer members. Of the accounts that were members once, the last ones count. */
const MAX_MEMBERS = 500;

type Spent = [account: string, bytes: number];

/** Bytes of the tombstones that refused writes of each member have left, for good. */
export class TombstoneBudgets {
  /** By account, the last one to spend last. */
  readonly #spent: Map<string, number>;

  constructor(text = '[]') {
    this.#spent = new Map(JSON.parse(text) as Spent[]);
  }

  /** Bytes that an author may still spend. */
  left(author: Author): number {
    return MAX_BYTES - (this.#spent.get(accountOf(author)) ?? 0);
  }

  spend(author: Author, bytes: number): void {
    const account = accountOf(author);
    const spent = this.#spent.get(account) ?? 0;
    this.#spent.delete(account);
    this.#spent.set(account, spent + bytes);
    const [first] = this.#spent.keys();
    if (this.#spent.size > MAX_MEMBERS) this.#spent.delete(first!);
  }

  /** All of it as text, for the constructor. It fits in one value of room storage. */
  get text(): string {
    return JSON.stringify([...this.#spent] satisfies Spent[]);
  }
}

const accountOf = ({ member }: Author): string => member?.account ?? 'owner';
