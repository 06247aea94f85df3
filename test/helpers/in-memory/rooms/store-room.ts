import { createStoreId } from '../../../../src/auth/stores/create-store-id.ts';
import type { ProvenMember } from '../../../../src/operations/proven-access.ts';
import { call } from '../../../../src/operations/room-calls.ts';
import type {
  InvitationOperations,
  MemberOperations,
  SharedStoreOperations,
} from '../../../../src/operations/user-room-operations.ts';
import type { Role } from '../../../../src/protocol/membership.ts';
import type { MemoryStorage } from '../storage/memory-storage.ts';
import { MemoryRoom } from './memory-room.ts';

type Operations = MemberOperations & InvitationOperations & SharedStoreOperations;

/** An account that the edge has authenticated. */
export const account = (name: string, namespace = 'todo'): ProvenMember => ({
  account: crypto.randomUUID(),
  email: `${name}@example.com`,
  namespace,
  shard: '000',
});

/** The room of a shared store in memory. */
export class StoreRoom extends MemoryRoom {
  readonly id = createStoreId();
  readonly owner: ProvenMember;

  constructor(
    owner = account('ann'),
    variables: Record<string, unknown> = {},
    storage?: MemoryStorage,
  ) {
    super(variables, storage);
    this.owner = owner;
    this.auth = { fetch: async () => Response.json({}) };
  }

  /** Starts the room and creates the store. */
  async create(): Promise<this> {
    await this.start();
    await this.ask('create-store', { store: this.id, name: 'Holiday', owner: this.owner });
    return this;
  }

  /** Calls an operation of the room. */
  ask<Name extends keyof Operations>(name: Name, input: Operations[Name]['input']) {
    const fetch = (path: string, init?: RequestInit) =>
      this.room.request(new Request(`http://room${path}`, init));
    return call<Operations, Name>({ fetch }, name, input);
  }

  /** Creates an invitation. Returns the hash of its token. */
  async invite(role: Role, uses = 1, expires_at = Date.now() + 3_600_000): Promise<string> {
    const token_hash = crypto.randomUUID();
    const invitation = { id: crypto.randomUUID(), token_hash, role, expires_at, uses };
    const created = await this.ask('create-invitation', { ...invitation, member: this.owner });
    if (!created.ok) throw new Error(created.message);
    return token_hash;
  }

  accept(token_hash: string, member: ProvenMember) {
    return this.ask('accept-invitation', { token_hash, member });
  }

  /** Adds a member. */
  async add(name: string, role: Role): Promise<ProvenMember> {
    const member = account(name);
    await this.accept(await this.invite(role), member);
    return member;
  }
}
