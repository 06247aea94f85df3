import { hmac } from '@oslojs/crypto/hmac';
import { SHA256 } from '@oslojs/crypto/sha2';
import { encodeHexLowerCase } from '@oslojs/encoding';
import { decodeWebhookSecret } from '../../config/webhook-secret.ts';
import { locateToken } from '../../located-token.ts';
import type { Config, RoomTransaction } from '../../platform.ts';
import { sha256Hex } from '../sha256.ts';
import type { MailPurpose } from './mail.ts';

const HOUR = 3_600_000;

/** Life of a token, in milliseconds from the request for its mail. */
const LIFE: Record<MailPurpose, number> = {
  'reset-password': HOUR,
  'verify-address': 24 * HOUR,
};

/** The account that a mail goes to. `shard` is its room, which the mail's token names. */
export interface Recipient {
  account: string;
  purpose: MailPurpose;
  shard: string;
}

interface StoredToken {
  account: string;
  purpose: MailPurpose;
  expires_at: number;
  /** Id of the mail's job, from which the token is derived. */
  mail?: string;
}

/**
 * The key that tokens are derived with: the webhook's secret, because its receiver learns every
 * token anyway. Without a webhook the key is random for each life of the room.
 */
export const createMailKey = ({ MAIL_WEBHOOK_SECRET = '' }: Config): Uint8Array =>
  decodeWebhookSecret(MAIL_WEBHOOK_SECRET) ?? crypto.getRandomValues(new Uint8Array(32));

/** Derives the token of a mail. Retries get the same token, which is not stored anywhere. */
export function deriveToken(key: Uint8Array, mail: string, shard: string): string {
  const text = new TextEncoder().encode(`mail-token ${mail}`);
  return locateToken(shard, encodeHexLowerCase(hmac(SHA256, key, text)));
}

/** The tokens in mails: at most one for each account and purpose, stored as a hash. */
export class MailTokens {
  readonly #storage: RoomTransaction;
  readonly #key: Uint8Array;

  constructor(storage: RoomTransaction, key: Uint8Array) {
    this.#storage = storage;
    this.#key = key;
  }

  /** Issues the token of a mail and revokes the earlier one for the same purpose. */
  async issue(recipient: Recipient, mail: string): Promise<void> {
    await this.#store(recipient, mail, Date.now() + LIFE[recipient.purpose]);
  }

  /** The token of a mail; undefined if it was used, replaced or has expired. */
  async current(
    recipient: Recipient,
    mail: string,
  ): Promise<{ token: string; expires_at: number } | undefined> {
    const hash = await this.#storage.get<string>(currentKey(recipient.account, recipient.purpose));
    const stored = hash && (await this.#storage.get<StoredToken>(tokenKey(hash)));
    if (!stored || stored.mail !== mail || stored.expires_at <= Date.now()) return undefined;
    const { expires_at } = stored;
    const token = deriveToken(this.#key, mail, recipient.shard);
    // The key may have changed since the mail was requested.
    if (sha256Hex(token) !== hash) await this.#store(recipient, mail, expires_at);
    return { token, expires_at };
  }

  /** The account that a token was issued for; undefined if the token is not valid. */
  async find(token: string, purpose: MailPurpose): Promise<string | undefined> {
    const stored = await this.#storage.get<StoredToken>(tokenKey(sha256Hex(token)));
    const good = stored?.purpose === purpose && stored.expires_at > Date.now();
    return good ? stored.account : undefined;
  }

  /** Revokes an account's token for a purpose, if there is one. */
  async revoke(account: string, purpose: MailPurpose): Promise<void> {
    const current = currentKey(account, purpose);
    const hash = await this.#storage.get<string>(current);
    if (hash) await this.#storage.delete([tokenKey(hash), current]);
  }

  async revokeAll(account: string): Promise<void> {
    for (const purpose of Object.keys(LIFE)) await this.revoke(account, purpose as MailPurpose);
  }

  async #store(recipient: Recipient, mail: string, expires_at: number): Promise<void> {
    const { account, purpose, shard } = recipient;
    await this.revoke(account, purpose);
    const hash = sha256Hex(deriveToken(this.#key, mail, shard));
    await this.#storage.put<unknown>({
      [tokenKey(hash)]: { account, purpose, expires_at, mail } satisfies StoredToken,
      [currentKey(account, purpose)]: hash,
    });
  }
}

const tokenKey = (hash: string) => `mail-token:${hash}`;
const currentKey = (account: string, purpose: MailPurpose) => `mail-token-of:${account}:${purpose}`;
