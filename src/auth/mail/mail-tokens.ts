import { hmac } from '@oslojs/crypto/hmac';
import { SHA256 } from '@oslojs/crypto/sha2';
import { encodeHexLowerCase } from '@oslojs/encoding';
import type { Config, RoomTransaction } from '../../platform.ts';
import { locateToken } from '../../protocol/located-uuid.ts';
import { decodeWebhookSecret } from '../../webhook-secret.ts';
import { sha256Hex } from '../sha256.ts';
import type { MailPurpose } from './mail.ts';

const HOUR = 3_600_000;

/** How long a token from a mail is good for, from when the mail was asked for. */
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
  /** The piece of work that the token is made from. */
  mail?: string;
}

/**
 * What tokens are derived with. A webhook's receiver is told every token anyway, so its secret
 * serves. The console, which is for development, has one for each life of a room.
 */
export const createMailKey = ({ MAIL_WEBHOOK_SECRET = '' }: Config): Uint8Array =>
  decodeWebhookSecret(MAIL_WEBHOOK_SECRET) ?? crypto.getRandomValues(new Uint8Array(32));

/** The token of a mail: always the same one, and stored nowhere, whenever the mail is tried again. */
export function deriveToken(key: Uint8Array, mail: string, shard: string): string {
  const text = new TextEncoder().encode(`mail-token ${mail}`);
  return locateToken(shard, encodeHexLowerCase(hmac(SHA256, key, text)));
}

/** Tokens that go out by mail. Only hashes are stored, and one for each account and purpose. */
export class MailTokens {
  readonly #storage: RoomTransaction;
  readonly #key: Uint8Array;

  constructor(storage: RoomTransaction, key: Uint8Array) {
    this.#storage = storage;
    this.#key = key;
  }

  /** Makes the token of a mail; an earlier one for the same purpose is void from now on. */
  async issue(recipient: Recipient, mail: string): Promise<void> {
    await this.#store(recipient, mail, Date.now() + LIFE[recipient.purpose]);
  }

  /** The token of a mail, unless it is used, superseded or over: then nobody needs that mail. */
  async current(
    recipient: Recipient,
    mail: string,
  ): Promise<{ token: string; expires_at: number } | undefined> {
    const hash = await this.#storage.get<string>(currentKey(recipient.account, recipient.purpose));
    const stored = hash && (await this.#storage.get<StoredToken>(tokenKey(hash)));
    if (!stored || stored.mail !== mail || stored.expires_at <= Date.now()) return undefined;
    const { expires_at } = stored;
    const token = deriveToken(this.#key, mail, recipient.shard);
    // The key may be another one since the mail was asked for.
    if (sha256Hex(token) !== hash) await this.#store(recipient, mail, expires_at);
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
