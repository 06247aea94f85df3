import type { NewInvitation } from '../../operations/user-room-operations.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import type { Invitation } from '../../protocol/membership.ts';
import { isOpen } from './member-rules.ts';
import type { StagedWrites } from './staged-writes.ts';
import { invitationKey, type StoredInvitation } from './stored-store.ts';

/** Invitations of a store that can be open at once. */
const MAX_OPEN = 100;

/** Invitations that are used up are kept for repeated requests, if there are not more than this. */
const MAX_KEPT = 200;

/** Accounts that an invitation refuses. One that would refuse more is revoked. */
const MAX_BARRED = 100;

const TOO_MANY = fail('limit_reached', `a store can have ${MAX_OPEN} open invitations`, {
  field: 'invitations',
});
const UNKNOWN = fail('not_found', 'there is no such invitation');

/** The invitations of a store, by the hash of their tokens. */
export class Invitations {
  readonly #writes: StagedWrites;
  #all = new Map<string, StoredInvitation>();

  constructor(writes: StagedWrites) {
    this.#writes = writes;
  }

  load(stored: Map<string, StoredInvitation>): void {
    this.#all = stored;
  }

  /** By the hash of their tokens. */
  get all(): ReadonlyMap<string, StoredInvitation> {
    return this.#all;
  }

  /** Takes over an invitation of a backup, if there are not too many. */
  restore(tokenHash: string, invitation: StoredInvitation): void {
    if (this.#all.size < MAX_KEPT) this.#put(tokenHash, invitation);
  }

  /** Those that can be accepted, oldest first. */
  open(now: number): Invitation[] {
    return [...this.#all.values()]
      .filter((invitation) => isOpen(invitation, now))
      .sort((one, other) => one.created_at - other.created_at)
      .map(describe);
  }

  find(tokenHash: string): StoredInvitation | undefined {
    return this.#all.get(tokenHash);
  }

  add(created_by: string, invitation: NewInvitation, now: number): Result<Invitation> {
    this.#sweep(now);
    if (this.open(now).length >= MAX_OPEN) return TOO_MANY;
    const { id, token_hash, role, expires_at, uses } = invitation;
    const rest = { created_by, created_at: now, expires_at, uses_left: uses, barred: [] };
    const stored: StoredInvitation = { id, role, ...rest };
    this.#put(token_hash, stored);
    return succeed(describe(stored));
  }

  use(tokenHash: string): void {
    const invitation = this.#all.get(tokenHash)!;
    this.#put(tokenHash, { ...invitation, uses_left: invitation.uses_left - 1 });
  }

  revoke(id: string, now: number): Result<Record<string, never>> {
    for (const [hash, invitation] of this.#all) {
      if (invitation.id !== id || !isOpen(invitation, now)) continue;
      this.#delete(hash);
      return succeed({});
    }
    return UNKNOWN;
  }

  /** Revokes the invitations that an account has created. */
  revokeAllOf(account: string): void {
    for (const [hash, { created_by }] of this.#all) {
      if (created_by === account) this.#delete(hash);
    }
  }

  /** Makes the present invitations useless for an account that may know their tokens. */
  bar(account: string): void {
    for (const [hash, invitation] of this.#all) {
      const barred = [...new Set([...invitation.barred, account])];
      if (barred.length > MAX_BARRED) this.#delete(hash);
      else this.#put(hash, { ...invitation, barred });
    }
  }

  clear(): void {
    for (const hash of [...this.#all.keys()]) this.#delete(hash);
  }

  /** Removes those that have expired, and the oldest of those that are used up. */
  #sweep(now: number): void {
    for (const [hash, { expires_at }] of this.#all) if (expires_at <= now) this.#delete(hash);
    const used = [...this.#all].filter(([, invitation]) => !isOpen(invitation, now));
    used.sort(([, one], [, other]) => one.created_at - other.created_at);
    const surplus = Math.max(0, this.#all.size - MAX_KEPT + 1);
    for (const [hash] of used.slice(0, surplus)) this.#delete(hash);
  }

  #put(hash: string, invitation: StoredInvitation): void {
    this.#all.set(hash, invitation);
    this.#writes.put(invitationKey(hash), invitation);
  }

  #delete(hash: string): void {
    this.#all.delete(hash);
    this.#writes.delete(invitationKey(hash));
  }
}

const describe = ({ id, role, created_at, expires_at, uses_left }: StoredInvitation) => ({
  id,
  role,
  created_at: new Date(created_at).toISOString(),
  expires_at: new Date(expires_at).toISOString(),
  uses_left,
});
