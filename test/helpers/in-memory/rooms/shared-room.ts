import { type Content, createMergeableStore, createStore, type MergeableStore } from 'tinybase';
import { createPartyKitPersister } from 'tinybase/persisters/persister-partykit-client';
import { expect, onTestFinished, vi } from 'vitest';
import { PATH_HEADER, type ProvenMember } from '../../../../src/operations/proven-access.ts';
import { splitFrame } from '../../../../src/protocol/frame.ts';
import type { Role } from '../../../../src/protocol/membership.ts';
import { NOTICE_ID, type Notices, readNotices } from '../../../../src/protocol/notice.ts';
import type { MemoryStorage } from '../storage/memory-storage.ts';
import { type MemoryDevice, type MemorySocket, writerHeaders } from './memory-room.ts';
import { StoreRoom } from './store-room.ts';

export const memberOf = (account: string): ProvenMember => ({
  account,
  email: `${account}@example.com`,
  namespace: 'todo',
  shard: '000',
});

/** The accounts that are editors in a {@link SharedRoom}. */
const EDITORS = ['ed', 'eve', 'eva', 'late'];

/** A room of a shared store with editors and viewers. */
export class SharedRoom extends StoreRoom {
  readonly #viewers: string[];

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
    const created = { store: this.id, name: 'Holiday', owner: this.owner };
    await this.ask('create-store', created);
    for (const viewer of this.#viewers) await this.#ensureMember(viewer, 'viewer');
    for (const editor of EDITORS) await this.#ensureMember(editor, 'editor');
    return this;
  }

  async setRole(account: string, role: Role): Promise<void> {
    await this.ask('set-role', { member: this.owner, account, role });
  }

  /** Makes an account a member, unless it is one. */
  async #ensureMember(name: string, role: Role): Promise<void> {
    const member = memberOf(name);
    if ((await this.ask('describe-store', { member })).ok) return;
    await this.accept(await this.invite(role), member);
  }

  /** Connects the TinyBase client of a member and waits until it is in sync. */
  member(account: string, store = createMergeableStore()): Promise<MemoryDevice> {
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
