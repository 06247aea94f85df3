import { type Content, createMergeableStore, createStore, type MergeableStore } from 'tinybase';
import { createPartyKitPersister } from 'tinybase/persisters/persister-partykit-client';
import { expect, onTestFinished, vi } from 'vitest';
import { splitFrame } from '../../../src/protocol/frame.ts';
import type { Role } from '../../../src/protocol/membership.ts';
import { NOTICE_ID, type Notices, readNotices } from '../../../src/protocol/notice.ts';
import { PATH_HEADER, type ProvenMember } from '../../../src/room-operations.ts';
import { type MemoryDevice, type MemorySocket, writerHeaders } from './memory-room.ts';
import type { MemoryStorage } from './memory-storage.ts';
import { StoreRoom } from './store-room.ts';

export const memberOf = (account: string): ProvenMember => ({
  account,
  email: `${account}@example.com`,
  namespace: 'todo',
  shard: '000',
});

/** A room of a shared store in which everybody who comes is a member. */
export class SharedRoom extends StoreRoom {
  readonly #viewers: string[];

  /** The members that are no viewers are editors. */
  constructor(
    viewers: string[],
    variables: Record<string, unknown> = { HEARTBEAT_SECONDS: 0 },
    storage?: MemoryStorage,
  ) {
    super(memberOf('owner'), variables, storage);
    this.#viewers = viewers;
  }

  override async start(): Promise<this> {
    await super.start();
    await this.ask('create-store', { store: this.id, name: 'Holiday', owner: this.owner });
    return this;
  }

  async setRole(account: string, role: Role): Promise<void> {
    await this.ask('set-role', { member: this.owner, account, role });
  }

  /** Makes an account a member, unless it is one. */
  async #ensureMember(account: string): Promise<void> {
    const member = memberOf(account);
    if ((await this.ask('describe-store', { member })).ok) return;
    const role = this.#viewers.includes(account) ? 'viewer' : 'editor';
    await this.accept(await this.invite(role), member);
  }

  /** Connects the TinyBase client of a member and waits until it is in sync. */
  async member(account: string, store = createMergeableStore()): Promise<MemoryDevice> {
    await this.#ensureMember(account);
    return this.connect(store, undefined, { member: memberOf(account) });
  }

  /** Connects TinyBase's PartyKit persister of a member. `initial` is for an empty room. */
  async persister(account: string, initial?: Content) {
    vi.stubGlobal('fetch', (url: string, { method = 'GET', body }: RequestInit) =>
      this.request(
        new URL(url).searchParams.get('account')!,
        method,
        '/partykit-store',
        body ? JSON.parse(body as string) : undefined,
      ),
    );
    onTestFinished(() => void vi.unstubAllGlobals());
    await this.#ensureMember(account);
    const session_hash = `session of ${account}`;
    const proven = { protocol: 'partykit', session_hash, member: memberOf(account) } as const;
    const socket = await this.open(proven);
    const party = { partySocketOptions: { host: 'host', room: 'room' }, name: 'user' };
    const store = createStore();
    const end = Object.assign(socket.clientEnd, party) as never;
    const persister = createPartyKitPersister(store, end, { storePath: `?account=${account}` });
    await persister.startAutoPersisting(initial);
    await this.settle();
    return { store, socket };
  }

  /** Sends a request of a member. */
  async request(account: string, method: string, path: string, body?: unknown): Promise<Response> {
    await this.#ensureMember(account);
    const [, route = '', rest = ''] = /^(\/[^/]+)(.*)$/.exec(path) ?? [];
    const writer = { session_hash: `session of ${account}`, member: memberOf(account) };
    const headers = { ...writerHeaders(writer), [PATH_HEADER]: rest };
    const text = body === undefined ? null : JSON.stringify(body);
    return this.room.request(new Request(`http://room${route}`, { method, headers, body: text }));
  }
}

/** The notices of refusals that a socket has received. */
export const refusalsTo = ({ received }: MemorySocket): Notices['refused'][] =>
  received.flatMap((frame) => {
    const [id, , body] = JSON.parse(splitFrame(frame)!.content) as [string, number, unknown];
    const { refused } = id === NOTICE_ID ? readNotices(body) : {};
    return refused ? [refused] : [];
  });

/** Expects that stores agree in content, stamps and hashes, and returns their content. */
export function expectEqual(...stores: MergeableStore[]): unknown {
  const [first, ...others] = stores;
  for (const store of others) {
    expect(store.getContent()).toEqual(first!.getContent());
    expect(store.getMergeableContent()).toEqual(first!.getMergeableContent());
  }
  return first!.getContent();
}
