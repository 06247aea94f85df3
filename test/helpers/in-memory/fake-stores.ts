import type { ProvenMember } from '../../../src/operations/proven-access.ts';
import { type Handlers, routesOf, serve } from '../../../src/operations/room-calls.ts';
import type {
  NewInvitation,
  SharedStoreOperations,
} from '../../../src/operations/user-room-operations.ts';
import type { RoomStub } from '../../../src/platform.ts';
import { fail, succeed } from '../../../src/protocol/errors.ts';
import type { Role } from '../../../src/protocol/membership.ts';

interface FakeStore {
  namespace: string;
  name: string;
  roles: Map<string, Role>;
  invitations: Map<string, NewInvitation>;
  version: number;
}

const TIME = '2026-01-31T08:00:00.000Z';
const REFUSED = fail('invalid_token', 'the store refuses this token', { field: 'token' });

/** The rooms of shared stores, as far as auth rooms need them, without storage. */
export class FakeStores {
  readonly stores = new Map<string, FakeStore>();
  readonly deleted = new Set<string>();
  /** All members that auth rooms have proven. */
  readonly proven: ProvenMember[] = [];
  /** Makes all requests fail. */
  fail = false;
  /** Runs before the next acceptance is answered. */
  duringNextAcceptance: (() => Promise<unknown>) | undefined;

  room = (store: string): RoomStub => ({
    fetch: async (path, init) => {
      if (this.fail) throw new Error('the store is down');
      const request = new Request(`http://room${path}`, init);
      return (await serve(routesOf(this.#handlers(store)), request)) ?? Response.json({});
    },
  });

  /** Deletes a store. Its members' auth rooms are not told. */
  delete(id: string): void {
    this.stores.delete(id);
    this.deleted.add(id);
  }

  #handlers(id: string): Handlers<SharedStoreOperations> {
    const store = this.stores.get(id);
    return {
      'create-store': async ({ name, owner }) => {
        this.proven.push(owner);
        const roles = new Map<string, Role>([[owner.account, 'owner']]);
        if (store || this.deleted.has(id)) return succeed({});
        const { namespace } = owner;
        this.stores.set(id, { namespace, name, roles, invitations: new Map(), version: 1 });
        return succeed({});
      },
      'create-invitation': async ({ member, ...invitation }) => {
        if (!store?.roles.has(member.account)) return fail('not_found', 'there is no such store');
        if (store.roles.get(member.account) !== 'owner') return fail('forbidden', 'owners only');
        store.invitations.set(invitation.token_hash, invitation);
        const expires_at = new Date(invitation.expires_at).toISOString();
        const { role, uses } = invitation;
        const listed = { id: invitation.id, role, created_at: TIME, expires_at, uses_left: uses };
        return succeed({ invitation: listed, name: store.name });
      },
      'accept-invitation': async ({ token_hash, member }) => {
        const invitation = store?.invitations.get(token_hash);
        if (!store || !invitation || invitation.uses === 0) return REFUSED;
        invitation.uses -= 1;
        store.version += 1;
        const { role } = invitation;
        store.roles.set(member.account, role);
        this.proven.push(member);
        await this.duringNextAcceptance?.();
        const membership = { store: id, name: store.name, role, joined_at: TIME };
        return succeed({ membership, version: store.version });
      },
      'remove-account': async ({ account }) => {
        store?.roles.delete(account);
        if (store?.roles.size === 0) this.delete(id);
        return succeed({ is_deleted: this.deleted.has(id) });
      },
      'store-state': async () => {
        if (this.deleted.has(id)) return succeed({ state: 'deleted' });
        return succeed({ state: store ? 'existing' : 'unknown' });
      },
    };
  }
}
