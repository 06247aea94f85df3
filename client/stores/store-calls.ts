import {
  INVITATION_LIST,
  ISSUED_INVITATION,
  MEMBER_LIST,
  MEMBERSHIP,
} from '../../src/protocol/http-api/membership-examples.ts';
import { CONFIRMATION, SESSION } from '../../src/protocol/http-api/response-examples.ts';
import type {
  Invitation,
  IssuedInvitation,
  Member,
  Membership,
  Role,
} from '../../src/protocol/membership.ts';
import type { HttpCall } from '../api/http-client.ts';
import { sessionCall } from '../api/session-call.ts';
import type { CallOptions } from '../common/deadline.ts';
import type { ClientContext } from '../context.ts';
import { StoreList } from './store-list.ts';

/** `POST …/invitations`. */
export interface InvitationRequest {
  role: Role;
  /** Mails the invitation to this address. Whoever has its token can accept it. */
  email?: string;
  /** Seconds until it expires. */
  expires_in?: number;
  /** How many members may join by it. */
  uses?: number;
}

/**
 * The stores that the signed-in user shares with others. Each call rejects with a `TinyHostError`,
 * or with the abort reason if its signal aborts.
 */
export class StoreCalls {
  readonly #context: ClientContext;
  readonly #list: StoreList;

  constructor(context: ClientContext) {
    this.#context = context;
    this.#list = new StoreList(context);
  }

  /** The last list of the user's stores; undefined until it is fetched, by a subscriber or `list`. */
  get value(): readonly Membership[] | undefined {
    return this.#list.value;
  }

  /**
   * Calls `listener` after each change of the list: own ones, and those by others while the private
   * store is connected. Returns a function that unsubscribes.
   */
  subscribe(listener: (stores: readonly Membership[] | undefined) => void): () => void {
    return this.#list.subscribe(listener);
  }

  /** Fetches the list of the user's stores. */
  list(options: CallOptions = {}): Promise<readonly Membership[]> {
    return this.#list.fetch(options);
  }

  /** Creates a store with the user as its owner. */
  create(name: string, options: CallOptions = {}): Promise<Membership> {
    return this.#change('stores', MEMBERSHIP, { body: { name }, ...options });
  }

  /** Fetches the name of a store and the user's role in it. */
  get(store: string, options: CallOptions = {}): Promise<Membership> {
    return this.#call(pathOf(store), MEMBERSHIP, { method: 'GET', ...options });
  }

  /** Renames a store. Only owners may do so. */
  async rename(store: string, name: string, options: CallOptions = {}): Promise<void> {
    await this.#change(pathOf(store), {}, { method: 'PATCH', body: { name }, ...options });
  }

  /** Deletes a store for all of its members. Only owners may do so. */
  async remove(store: string, options: CallOptions = {}): Promise<void> {
    await this.#change(pathOf(store), CONFIRMATION, { method: 'DELETE', ...options });
  }

  /** Fetches the members of a store. */
  async members(store: string, options: CallOptions = {}): Promise<Member[]> {
    const call = { method: 'GET', ...options } as const;
    return (await this.#call(pathOf(store, 'members'), MEMBER_LIST, call)).members;
  }

  /** Changes the role of a member. Only owners may do so. */
  async setRole(
    store: string,
    member: string,
    role: Role,
    options: CallOptions = {},
  ): Promise<void> {
    const call = { method: 'PATCH', body: { role }, ...options } as const;
    await this.#change(pathOf(store, 'members', member), {}, call);
  }

  /** Removes a member. Only owners may remove others. */
  async removeMember(store: string, member: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'DELETE', ...options } as const;
    await this.#change(pathOf(store, 'members', member), CONFIRMATION, call);
  }

  /** Leaves a store. The last owner has to make somebody else an owner first. */
  async leave(store: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'GET', ...options } as const;
    const { user } = await this.#call('session', SESSION, call);
    await this.removeMember(store, user.durable_object_name, options);
  }

  /** Creates an invitation. Its token is not told again. Only owners may do so. */
  invite(
    store: string,
    invitation: InvitationRequest,
    options: CallOptions = {},
  ): Promise<IssuedInvitation> {
    const call = { body: invitation, ...options };
    return this.#call(pathOf(store, 'invitations'), ISSUED_INVITATION, call);
  }

  /** Fetches the invitations that can still be accepted. */
  async invitations(store: string, options: CallOptions = {}): Promise<Invitation[]> {
    const call = { method: 'GET', ...options } as const;
    return (await this.#call(pathOf(store, 'invitations'), INVITATION_LIST, call)).invitations;
  }

  /** Revokes an invitation. Those who have accepted it remain members. */
  async revokeInvitation(store: string, id: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'DELETE', ...options } as const;
    await this.#call(pathOf(store, 'invitations', id), CONFIRMATION, call);
  }

  /** Becomes a member of the store of an invitation. Rejects with `invalid_token` if it is over. */
  acceptInvitation(token: string, options: CallOptions = {}): Promise<Membership> {
    return this.#change('accept-invitation', MEMBERSHIP, { body: { token }, ...options });
  }

  #call<Answer>(path: string, example: Answer, call: HttpCall): Promise<Answer> {
    return sessionCall(this.#context, path, example, call);
  }

  /** Makes a call that changes the list. After a failure, too, it may have changed. */
  async #change<Answer>(path: string, example: Answer, call: HttpCall): Promise<Answer> {
    try {
      return await this.#call(path, example, call);
    } finally {
      this.#list.refresh();
    }
  }
}

const pathOf = (...parts: string[]): string =>
  ['stores', ...parts].map(encodeURIComponent).join('/');
