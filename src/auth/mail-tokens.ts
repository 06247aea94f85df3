import type { RoomTransaction } from '../platform.ts';
import { createLocatedUuid } from '../protocol/located-uuid.ts';
import type { MailPurpose } from './mail.ts';
import { sha256Hex } from './sha256.ts';

const HOUR = 3_600_000;

/** How long a token from a mail is good for. */
const LIFE: Record<MailPurpose, number> = {
  'reset-password': HOUR,
  'verify-address': 24 * HOUR,
};

interface StoredToken {
  account: string;
  purpose: MailPurpose;
  expires_at: number;
}

/** Tokens that go out by mail. Only hashes are stored, and one for each account and purpose. */
export class MailTokens {
  readonly #storage: RoomTransaction;

  constructor(storage: RoomTransaction) {
    this.#storage = storage;
  }

  /** Makes a token; an earlier one for the same purpose is void from now on. */
  async issue(
    account: string,
    purpose: MailPurpose,
    shard: string,
  ): Promise<{ token: string; expires_at: number }> {
    await this.revoke(account, purpose);
    const token = createLocatedUuid(shard);
    const hash = sha256Hex(token);
    const expires_at = Date.now() + LIFE[purpose];
    await this.#storage.put<unknown>({
      [tokenKey(hash)]: { account, purpose, expires_at } satisfies StoredToken,
      [currentKey(account, purpose)]: hash,
    });
    return { token, expires_at };
  }

  /** The account that a token was made for. */
  async find(token: string, purpose: MailPurpose): Promise<string | undefined> {
    const stored = await this.#storage.get<StoredToken>(tokenKey(sha256Hex(token)));
    const good = stored?.purpose === purpose && stored.expires_at > Date.now();
    return good ? stored.account : undefined;
  }

  /** Voids the token that an account has for a purpose. */
  async revoke(account: string, purpose: MailPurpose): Promise<void> {
    const current = currentKey(account, purpose);
    const hash = await this.#storage.get<string>(current);
    if (hash) await this.#storage.delete([tokenKey(hash), current]);
  }

  async revokeAll(account: string): Promise<void> {
    for (const purpose of Object.keys(LIFE)) await this.revoke(account, purpose as MailPurpose);
  }
}

const tokenKey = (hash: string) => `mail-token:${hash}`;
const currentKey = (account: string, purpose: MailPurpose) => `mail-token-of:${account}:${purpose}`;
