import fc from 'fast-check';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { expect, it } from 'vitest';
import type { MemoryDevice } from '../../../helpers/in-memory/rooms/memory-room.ts';
import { expectEqual, memberOf, SharedRoom } from '../../../helpers/in-memory/rooms/shared-room.ts';
import { shortenWaits } from '../../../helpers/in-memory/short-waits.ts';

/** The number of schedules to try, each of up to 60 steps. */
const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 60);

/** The timeout of a client's request in seconds. */
const PATIENCE = 0.6;

const MEMBERS = ['ed', 'eve', 'vic', 'vera'] as const;
const VIEWERS = ['vic', 'vera'];

/** The status of a client that neither loads nor saves. */
const IDLE = 0;

/** Their clocks differ by minutes. */
const OFFSETS = [0, -100_000, 100_000, -50_000];

const member = fc.nat(MEMBERS.length - 1);
const id = fc.constantFrom('a', 'b', '__proto__', '');
const content = fc.constantFrom<unknown>('text', 1, null, { deep: [1] }, undefined);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('edit'), member, row: id, id, content }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit'), member, id, content }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('toggle'), member }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('manual'), member }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver'), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('evict', 'beat', 'settle') }) },
);

const steps = fc.array(step, { size: 'max', maxLength: 60 });

/** A device that left has an earlier correction of a cell than the others, and comes back. */
const withEarlierCorrection: Step[] = [
  { do: 'toggle', member: 3 },
  { do: 'toggle', member: 0 },
  { do: 'edit', member: 1, row: 'a', id: 'a', content: 'text' },
  { do: 'edit', member: 3, row: 'a', id: 'a', content: 'text' },
  { do: 'settle' },
  { do: 'manual', member: 1 },
  { do: 'toggle', member: 0 },
];

type Step = { do: string } & Partial<{
  member: number;
  row: string;
  id: string;
  content: unknown;
  count: number;
}>;

/** Two editors and two viewers, who edit all the same, on devices that come and go. */
class World {
  readonly room = new SharedRoom(VIEWERS, { HEARTBEAT_SECONDS: 10 });
  readonly stores = OFFSETS.map((offset, index) =>
    createMergeableStore(`device ${index}`, () => Date.now() + offset),
  );
  readonly #joined = new Map<number, MemoryDevice>();
  /** The editors' latest edit of each cell and value, by the stamp that their device gave it. */
  readonly #latest = new Map<string, [hlc: string, content: unknown]>();
  #edits = 0;
  readonly #isCalm: boolean;

  /**
   * In a calm schedule nothing is under way when an editor comes back, the room is evicted, or an
   * editor writes while its client loads. TinyBase's client does not send such an edit at once, and
   * whatever comes before it is sent replaces it.
   */
  constructor(isCalm: boolean) {
    this.#isCalm = isCalm;
  }

  async run(step: Step): Promise<void> {
    if (step.do === 'edit') return this.#edit(step);
    if (step.do === 'toggle') return this.#toggle(step.member!);
    if (step.do === 'manual') return this.#syncManually(step.member!);
    if (step.do === 'deliver') return this.room.step(step.count!);
    if (step.do === 'settle') return this.room.settle();
    if (step.do === 'beat') return this.room.room.alarm();
    if (this.#isCalm) await this.room.settle();
    await this.room.start();
  }

  /** Every content is unique, and tells whose it is. */
  async #edit({ member = 0, row, id = '', content }: Step): Promise<void> {
    const store = this.stores[member]!;
    const account = MEMBERS[member]!;
    const status = this.#joined.get(member)?.synchronizer.getStatus() ?? IDLE;
    if (this.#isCalm && (status as number) !== IDLE) await this.room.settle();
    const told =
      content === undefined
        ? undefined
        : ({ by: `written by ${account}`, content, n: this.#edits++ } as never);
    const before = hlcOf(store, row, id);
    if (row === undefined) {
      if (told !== undefined) store.setValue(id, told);
      else store.delValue(id);
    } else if (told !== undefined) store.setCell('t', row, id, told);
    else store.delCell('t', row, id, true);
    const hlc = hlcOf(store, row, id);
    const isEdit = hlc !== undefined && hlc !== before;
    if (isEdit && !VIEWERS.includes(account)) this.#note(JSON.stringify([row, id]), hlc, told);
  }

  #note(path: string, hlc: string, content: unknown): void {
    const [latest = ''] = this.#latest.get(path) ?? [];
    if (hlc > latest) this.#latest.set(path, [hlc, content]);
  }

  async #toggle(index: number): Promise<void> {
    const device = this.#joined.get(index);
    if (!device) return this.#join(index);
    this.#joined.delete(index);
    device.socket.close(1006, 'the network is gone');
    void device.synchronizer.destroy();
  }

  async #join(index: number): Promise<void> {
    const proven = { member: memberOf(MEMBERS[index]!) };
    if (this.#isCalm) await this.room.settle();
    this.#joined.set(index, await this.room.join(this.stores[index]!, PATIENCE, undefined, proven));
    if (this.#isCalm) await this.room.settle();
  }

  async #syncManually(index: number): Promise<void> {
    const mergeableContent = JSON.parse(
      JSON.stringify(this.stores[index]!.getMergeableContent(), (_, cell) =>
        cell === undefined ? '\uFFFC' : cell,
      ),
    );
    const body = { mergeableContent };
    const response = await this.room.request(MEMBERS[index]!, 'POST', '/manual-sync', body);
    expect(response.ok).toBe(true);
  }

  /** Connects everybody and waits until nothing is under way. Heartbeats find what evictions lost. */
  async rest(): Promise<void> {
    for (const index of this.stores.keys()) if (!this.#joined.has(index)) await this.#join(index);
    for (let beat = 0; beat < 100; beat++) {
      await this.room.settle();
      await this.room.room.alarm();
      await this.room.settle();
      if (new Set(this.stores.map((store) => `${store.getMergeableContentHashes()}`)).size === 1)
        return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  expectConverged(): void {
    expectEqual(...this.stores);
    for (const { socket } of this.#joined.values()) expect(socket.closed).toBeUndefined();
    for (const [path, [, content]] of this.#isCalm ? this.#latest : []) {
      const [row, id] = JSON.parse(path) as [string | null, string];
      const [store] = this.stores;
      const held = row === null ? store!.getValue(id) : store!.getCell('t', row, id);
      expect(held).toEqual(content);
    }
    const seen = this.room.storage.dump() + JSON.stringify(this.stores[0]!.getContent());
    for (const viewer of VIEWERS) expect(seen).not.toContain(`written by ${viewer}`);
  }
}

/** The HLC of a cell, or of a value if there is no row. */
function hlcOf(store: MergeableStore, row: string | undefined, id: string) {
  const [[tables], [values]] = store.getMergeableContent();
  if (row === undefined) return values[id]?.[1];
  const rows = tables.t?.[0];
  return rows && Object.hasOwn(rows, row) ? rows[row]?.[0][id]?.[1] : undefined;
}

it('editors and viewers converge to the latest edits of editors, without any of a viewer', async () => {
  shortenWaits();
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (steps: Step[], isCalm) => {
      const world = new World(isCalm);
      await world.room.start();
      for (const next of steps) await world.run(next);
      await world.rest();
      world.expectConverged();
    }),
    { numRuns: RUNS, examples: [[withEarlierCorrection, true]] },
  );
}, 240_000);
