import { vi } from 'vitest';
import { type HookOperations, hooksRoomName } from '../../../src/operations/hook-operations.ts';
import { call } from '../../../src/operations/room-calls.ts';
import type {
  HookEvent,
  HookEventType,
  IssuedHook,
  StoreChangedData,
} from '../../../src/protocol/http-api/hooks.ts';
import { AuthWorld } from './auth-world.ts';

/** A request that a receiver got. */
export interface Received {
  url: string;
  id: string;
  headers: Headers;
  body: string;
  event: HookEvent;
}

/** How a receiver answers: with a status, or never, or not at all. */
export type Answer = number | 'silence' | 'refused';

const ROOM = hooksRoomName('todo');

/** The hooks room of a namespace in memory, and receivers in place of `fetch`. */
export class HooksWorld {
  readonly auth = new AuthWorld();
  readonly received: Received[] = [];
  /** The answers of receivers, by URL. Others answer 204. */
  readonly answers = new Map<string, Answer>();
  /** Requests that nobody has answered yet. */
  readonly silent: Array<() => void> = [];

  constructor() {
    vi.spyOn(globalThis, 'fetch').mockImplementation((url, init) =>
      this.#receive(String(url), init!),
    );
  }

  ask<Name extends keyof HookOperations>(name: Name, input: HookOperations[Name]['input']) {
    return call<HookOperations, Name>(this.auth.auth(ROOM), name, input);
  }

  /** The same, and expects success. */
  async do<Name extends keyof HookOperations>(name: Name, input: HookOperations[Name]['input']) {
    const result = await this.ask(name, input);
    if (!result.ok) throw new Error(`${result.error}: ${result.message}`);
    return result.value;
  }

  create(name = 'a', ...events: HookEventType[]): Promise<IssuedHook> {
    const url = urlOf(name);
    return this.do('create-hook', { url, events: events.length > 0 ? events : ['store.changed'] });
  }

  change(store: string, row: string, details: Partial<StoreChangedData> = {}) {
    const data = { ...CHANGE, store, tables: { tasks: [row] }, ...details };
    return this.do('store-changed', { timestamp: new Date().toISOString(), data });
  }

  get storage() {
    return this.auth.storage(ROOM);
  }

  /** Fires the alarm when it is due, by the fake clock. */
  async alarm(): Promise<void> {
    await settle();
    const at = this.storage.alarm;
    if (at === null) throw new Error('no alarm is set');
    this.storage.alarm = null;
    vi.setSystemTime(Math.max(Date.now(), at));
    await this.auth.alarmOf(ROOM);
    await settle();
  }

  /** The rows in the deliveries of a receiver, in their order. */
  rowsAt(name: string): unknown[] {
    const own = this.received.filter(({ url }) => url === urlOf(name));
    return own.map(({ event }) => 'tables' in event.data && event.data.tables?.tasks);
  }

  async #receive(url: string, { headers, body, signal }: RequestInit): Promise<Response> {
    const text = String(body);
    const got = new Headers(headers);
    const id = got.get('webhook-id') ?? '';
    this.received.push({ url, id, headers: got, body: text, event: JSON.parse(text) });
    const answer = this.answers.get(url) ?? 204;
    if (answer === 'refused') throw new TypeError('connection refused');
    if (answer !== 'silence') return new Response(null, { status: answer });
    return new Promise((resolve, reject) => {
      this.silent.push(() => resolve(new Response(null, { status: 204 })));
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }
}

export const urlOf = (name: string): string => `https://${name}.example/hook`;

/** Waits until rooms have done what needs no further event. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const CHANGE: StoreChangedData = {
  namespace: 'todo',
  store: '',
  is_shared: false,
  etag: '"1"',
  tables: {},
  values: [],
  origin: [{ kind: 'device', id: 'a' }],
};
