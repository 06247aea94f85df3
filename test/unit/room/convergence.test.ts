import fc from 'fast-check';
import { createMergeableStore, type MergeableStore } from 'tinybase';
import { expect, it } from 'vitest';
import { type MemoryDevice, MemoryRoom } from '../../helpers/in-memory/rooms/memory-room.ts';
import { shortenWaits } from '../../helpers/in-memory/short-waits.ts';

/** The number of schedules to try, each of up to 80 steps. */
const RUNS = Number(process.env.CONVERGENCE_RUNS ?? 80);
const DEVICES = 3;

/** The status of a client that takes in changes. */
const LOADING = 1;

/**
 * The timeout of a client's request in seconds, for requests that an evicted room has forgotten.
 */
const PATIENCE = 0.6;

const id = fc.constantFrom('a', 'b', '__proto__', 'constructor', '', 'x\ny', '\uFFFC');
const thing = fc.oneof(
  fc.constantFrom(null, '', 0, true, 'text', 'ä🙂', '\uFFFC?', [1, { deep: null }], {}),
  fc.integer(),
);
const device = fc.nat(DEVICES - 1);

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('setCell'), device, id, row: id, cell: id, thing }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('setValue'), device, id, thing }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('delCell'), device, id, row: id, cell: id }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('delRow'), device, id, row: id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('delTable', 'delValue'), device, id }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('toggle'), device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pull'), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stray'), device, id, thing }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver'), count: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('evict', 'beat', 'settle') }) },
);

const defaults = fc.array(fc.option(thing, { nil: undefined }), { maxLength: DEVICES });
const steps = fc.array(step, { size: 'max', maxLength: 80 });

type Step = { do: string } & Partial<{
  device: number;
  id: string;
  row: string;
  cell: string;
  thing: never;
  count: number;
}>;

/** A client that takes in a change at the end of its first exchange does not send its hashes. */
const withoutHashes: Step[] = [
  { do: 'toggle', device: 0 },
  { do: 'beat' },
  { do: 'deliver', count: 2 },
  { do: 'stray', device: 0, id: 'a', thing: 0 as never },
  { do: 'beat' },
  { do: 'setCell', device: 1, id: 'a', row: 'a', cell: 'a', thing: 0 as never },
];

/** Devices with the same id whose clocks stand still, so that their writes have the same stamps. */
const stillClock = Date.now();
const tiedStores = () => [0, 1, 2].map(() => createMergeableStore('notes', () => stillClock));

/** Devices with their own ids whose clocks differ by minutes. */
const differentStores = () =>
  [0, 1, 2].map((index) =>
    createMergeableStore(`device ${index}`, () => Date.now() + (index - 1) * 100_000),
  );

/** Three devices that connect and disconnect. */
class World {
  readonly room = new MemoryRoom({ HEARTBEAT_SECONDS: 10 });
  readonly stores: MergeableStore[];
  readonly #isTied: boolean;
  readonly #strays = new Map<number, () => void>();
  #wasEvicted = false;

  /** Default content comes first, because TinyBase lets it replace everything. */
  constructor(defaults: unknown[], isTied: boolean) {
    this.#isTied = isTied;
    this.stores = isTied ? tiedStores() : differentStores();
    this.stores.forEach((store, index) => {
      const thing = this.#tellable(defaults[index]) as never;
      if (thing !== undefined) store.setDefaultContent([{ d: { r: { c: thing } } }, { d: thing }]);
    });
  }

  readonly joined = new Map<number, MemoryDevice>();

  async run(step: Step): Promise<void> {
    const store = this.stores[step.device ?? 0]!;
    if (step.do === 'toggle') return this.toggle(step.device!);
    if (step.do === 'deliver') return this.room.step(step.count!);
    if (step.do === 'settle') return this.room.settle();
    if (step.do === 'beat') return this.room.room.alarm();
    if (step.do === 'evict') return this.evict();
    if (step.do === 'stray') return this.stray(step);
    // The client sends nothing that is written meanwhile.
    if (step.do === 'pull') return void this.joined.get(step.device!)?.synchronizer.load();
    edit(store, { ...step, thing: this.#tellable(step.thing) as never });
  }

  /**
   * TinyBase hashes a null and a deletion alike, so with the same stamp they cannot be
   * distinguished.
   */
  #tellable(thing: unknown): unknown {
    return this.#isTied && thing === null ? 'null' : thing;
  }

  /** Writes when the client takes in the next change. It does not send that. */
  stray({ device, id, thing }: Step): void {
    const told = this.#tellable(thing) as never;
    const write = () => void this.stores[device!]!.setCell('strays', id!, 'c', told);
    this.#strays.set(device!, write);
  }

  async evict(): Promise<void> {
    this.#wasEvicted = true;
    await this.room.start();
  }

  async toggle(index: number): Promise<void> {
    const device = this.joined.get(index);
    if (!device) return this.join(index);
    this.joined.delete(index);
    device.socket.close(1006, 'the network is gone');
    void device.synchronizer.destroy();
  }

  async join(index: number): Promise<void> {
    const device = await this.room.join(this.stores[index]!, PATIENCE);
    this.joined.set(index, device);
    device.synchronizer.addStatusListener((_, status) => {
      if ((status as number) !== LOADING) return;
      const write = this.#strays.get(index);
      this.#strays.delete(index);
      write?.();
    });
  }

  /**
   * Waits until all devices have converged: without a heartbeat, unless an evicted room has
   * forgotten what to ask.
   */
  async finish(): Promise<void> {
    for (let index = 0; index < DEVICES; index++) {
      if (!this.joined.has(index)) await this.join(index);
    }
    for (let attempts = 0; attempts < 1000; attempts++) {
      await this.room.settle();
      if (this.#wasEvicted) await this.room.room.alarm();
      await this.room.settle();
      if (this.inStep) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  get inStep(): boolean {
    return (
      new Set(this.stores.map((store) => String(store.getMergeableContentHashes()))).size === 1
    );
  }
}

function edit(
  store: MergeableStore,
  { do: name, id = '', row = '', cell = '', thing }: Step,
): void {
  if (name === 'setCell') store.setCell(id, row, cell, thing!);
  if (name === 'setValue') store.setValue(id, thing!);
  if (name === 'delCell') store.delCell(id, row, cell, true);
  if (name === 'delRow') store.delRow(id, row);
  if (name === 'delTable') store.delTable(id);
  if (name === 'delValue') store.delValue(id);
}

const withoutHeartbeat = (store: MergeableStore) => {
  const [tables, values] = store.getMergeableContent();
  const { heartbeat: _, ...others } = values[0];
  return [tables, others];
};

it('makes all devices and the stored state converge to the same content and hashes in any schedule', async () => {
  shortenWaits();
  await fc.assert(
    fc.asyncProperty(defaults, steps, fc.boolean(), async (defaults, steps, isTied) => {
      const world = new World(defaults, isTied);
      await world.room.start();
      for (const step of steps) await world.run(step as Step);
      await world.finish();
      const [first, ...others] = world.stores.map((store) => store.getMergeableContent());
      for (const other of others) expect(other).toEqual(first);
      expect(world.stores[1]!.getContent()).toEqual(world.stores[0]!.getContent());
      const restarted = await new MemoryRoom({}, world.room.storage).start();
      const fresh = await restarted.connect();
      expect(withoutHeartbeat(fresh.store)).toEqual(withoutHeartbeat(world.stores[0]!));
    }),
    { numRuns: RUNS, examples: [[[], withoutHashes as never[], false]] },
  );
}, 300_000);
