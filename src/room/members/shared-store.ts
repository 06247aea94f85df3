import { withDeadline } from '../../deadline.ts';
import type { ProvenMember } from '../../operations/proven-access.ts';
import type { Connection, RoomHost } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { fail, NO_SUCH_STORE, type Result, succeed } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/membership.ts';
import { type RefusalReason, writeNotice } from '../../protocol/notice.ts';
import { type Device, type Devices, deviceOf } from '../devices.ts';
import type { Author } from '../refusals/refusal.ts';
import { mayManage, mayWriteContent } from './member-rules.ts';
import { Members } from './members.ts';
import { MembershipNewsDelivery } from './membership-news-delivery.ts';
import type { StoredMember } from './stored-store.ts';

/** How long a request that changes members waits for the auth rooms, in milliseconds. */
const TOLD_WITHIN = 2_000;

const OWNERS_ONLY = fail('forbidden', 'only an owner of the store may do this');

/** What the room does for its shared store. */
interface SharedStoreHooks {
  notify(connection: Connection, body: string): unknown;
  /** Ends the room and removes its content. */
  erase(): Promise<void>;
  /** Sets the alarm for what the room has to do next. */
  planAlarm(): Promise<void>;
  /** Ends the room because storage refused a write. */
  fail(error: unknown): void;
}

/**
 * The shared store in a room: its members, and what its devices may do. In the room of a private
 * store there is none, and its owner may do everything.
 */
export class SharedStore {
  readonly members: Members;
  readonly #devices: Devices;
  readonly #delivery: MembershipNewsDelivery;
  readonly #hooks: SharedStoreHooks;

  constructor(host: RoomHost, devices: Devices, hooks: SharedStoreHooks) {
    this.members = new Members(host.storage);
    this.#devices = devices;
    this.#delivery = new MembershipNewsDelivery(host, this.members);
    this.#hooks = hooks;
  }

  /** Throws a NewerFormatError. */
  load(): Promise<void> {
    return this.members.load();
  }

  /** The namespace and the id of the store; undefined in the room of a private one. */
  get home(): { namespace: string; store: string; is_shared: boolean } | undefined {
    const { store } = this.members;
    return store && { namespace: store.namespace, store: store.id, is_shared: true };
  }

  /** The role of an author; undefined if the author may not even read. */
  roleOf({ member, operator }: Author): Role | undefined {
    const { store, isDeleted } = this.members;
    if (operator && !operator.account) {
      return store?.namespace === operator.namespace ? 'owner' : undefined;
    }
    if (!member) return store || isDeleted ? undefined : 'owner';
    return store && this.members.get(member.account)?.role;
  }

  /** Why a device may not connect or stay; undefined if it may. */
  reasonAgainst(author: Author): CloseName | undefined {
    if (this.roleOf(author)) return undefined;
    const isUnknown = author.member && !this.members.store && !this.members.isDeleted;
    return isUnknown ? 'storeUnknown' : 'notAMember';
  }

  /** Why an author who may read may not write; undefined if it may. */
  refusalOf = (author: Author): RefusalReason | undefined => {
    if (!author.member) return undefined;
    const role = this.roleOf(author);
    return role && mayWriteContent(role) ? undefined : 'role';
  };

  /** Tells a device the role of its member, and the version of the members. */
  greet(connection: Connection, device: Device): void {
    const role = device.member && this.roleOf(device);
    if (!role || !device.resumes) return;
    this.#hooks.notify(connection, writeNotice('role', role));
    this.#hooks.notify(connection, writeNotice('members', this.members.store!.version));
  }

  /** The membership of an account. Refuses everybody else as if there were no store. */
  find({ account }: ProvenMember): Result<StoredMember> {
    const known = this.members.store && this.members.get(account);
    return known ? succeed(known) : NO_SUCH_STORE;
  }

  /** The membership of an owner. Refuses everybody else. */
  findOwner(member: ProvenMember): Result<StoredMember> {
    const known = this.find(member);
    return known.ok && !mayManage(known.value.role) ? OWNERS_ONLY : known;
  }

  /** When an auth room has to be told of something, in milliseconds since the epoch. */
  get nextDue(): number {
    return this.#delivery.nextDue;
  }

  /** Tells auth rooms what is due. Does not reject. */
  async deliver(): Promise<void> {
    if (this.nextDue > Date.now()) return;
    try {
      await this.#delivery.deliver();
      await this.#hooks.planAlarm();
    } catch (error) {
      this.#hooks.fail(error);
    }
  }

  /**
   * Applies a change of the members to the devices of the account that it concerns, stores it, and
   * tells all devices and auth rooms. An auth room that does not answer soon is told later.
   */
  async commit(account?: string): Promise<void> {
    if (account !== undefined) this.#closeStrangers(account);
    await this.#save();
    for (const connection of this.#devices.speaking('sync')) {
      this.greet(connection, deviceOf(connection)!);
    }
    await this.#deliverFor(TOLD_WITHIN);
  }

  /** The same after changes that may concern every member. */
  async commitAll(): Promise<void> {
    this.#devices.close(
      'notAMember',
      ({ member }) => member !== undefined && !this.members.get(member.account),
    );
    await this.commit();
  }

  /** Deletes the store: its members learn of it, and its content is removed. */
  async delete(): Promise<void> {
    this.members.delete(Date.now());
    await this.#save();
    await this.#hooks.erase();
    await this.#deliverFor(TOLD_WITHIN);
  }

  /** The alarm is set first, in case that the room ends meanwhile. */
  async #deliverFor(milliseconds: number): Promise<void> {
    if (this.nextDue === Number.POSITIVE_INFINITY) return;
    await this.#hooks.planAlarm();
    await withDeadline(this.deliver(), milliseconds).catch(() => undefined);
  }

  async #save(): Promise<void> {
    try {
      await this.members.save();
    } catch (error) {
      // Memory has what storage does not.
      this.#hooks.fail(error);
      throw error;
    }
  }

  /** Closes the devices of an account that is no member. */
  #closeStrangers(account: string): void {
    if (this.members.get(account)) return;
    this.#devices.close('notAMember', ({ member }) => member?.account === account);
  }
}
