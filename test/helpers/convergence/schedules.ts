import fc from 'fast-check';
import { DEVICES, OURS, type ResumeWorld } from './resume-world.ts';

/** Characters of a large cell. Four of them make a log long enough to compact it. */
const LARGE = 60_000;
const ROWS = 30;
const MAX_STEPS = 60;

type Thing = string | number | boolean | object | null;

/** Which of these a step has depends on what it does. */
export interface Step {
  do: string;
  device?: number;
  id?: string;
  row?: string;
  thing?: Thing;
  count?: number;
  tampering?: string;
  mine?: number;
  theirs?: number;
  isCold?: boolean;
  rests?: boolean;
}

const id = fc.constantFrom('a', 'b', '__proto__', '');
/** Many are of the same size, so that positions in different logs look alike. */
const thing: fc.Arbitrary<Thing> = fc.oneof(
  { weight: 2, arbitrary: fc.nat(9) },
  { weight: 1, arbitrary: fc.constantFrom('', true, 'ä🙂', [1, { deep: null }], {}) },
);
const tampering = fc.constantFrom('stale', 'future', 'foreign', 'empty', 'other', 'forget');
const device = fc.nat(DEVICES - 1);
/** The devices with our client. */
const resuming = fc.nat(OURS - 1);
const place = { device, id, row: id };
const few = fc.nat(2);
/** A return after edits here and elsewhere, to a room that was evicted or not. */
const comeback = { device: resuming, thing, mine: few, theirs: few, isCold: fc.boolean() };

const step = (weight: number, names: string[], fields: object = {}) => ({
  weight,
  arbitrary: fc.record({ do: fc.constantFrom(...names), ...fields }) as fc.Arbitrary<Step>,
});

/** If only devices of ours come, nothing asks for the content after an eviction. */
const stepFor = (visitor: fc.Arbitrary<number>) =>
  fc.oneof(
    step(8, ['set'], { ...place, thing }),
    step(3, ['delCell', 'delRow', 'delTable'], place),
    step(2, ['fill', 'setLarge'], { ...place, thing: fc.nat(9) }),
    step(1, ['http'], { id, row: id, thing: fc.option(thing) }),
    step(6, ['toggle'], { device: visitor }),
    step(6, ['deliver'], { count: fc.nat(6) }),
    step(3, ['pass'], { count: fc.constantFrom(5, 60, 1000, 35_000) }),
    step(4, ['settle']),
    step(3, ['beat', 'evict']),
    step(2, ['kill', 'backUp']),
    step(1, ['restore'], { count: fc.nat(5) }),
    step(2, ['lose', 'reload', 'double'], { device: resuming }),
    step(2, ['tamper'], { device: resuming, tampering, count: fc.nat(1000) }),
    step(3, ['absence'], {
      ...{ ...comeback, count: fc.nat(1000), rests: fc.boolean() },
      tampering: fc.option(tampering, { nil: undefined }),
    }),
    step(1, ['rollBack'], comeback),
    step(1, ['interrupt'], { device: resuming, thing: fc.nat(9), count: fc.nat(4) }),
  );

export const schedules = fc.oneof(
  ...[resuming, device].map((visitor) =>
    fc.array(stepFor(visitor), { size: 'max', maxLength: MAX_STEPS }),
  ),
);

export async function run(world: ResumeWorld, step: Step): Promise<void> {
  const action = actions[step.do];
  if (action) await action(world, step);
  else edit(world, step);
  world.reap();
  // Clocks never stand still for long.
  await world.pass(1);
}

const actions: Record<string, (world: ResumeWorld, step: Step) => unknown> = {
  http: (world, { id = '', row = '', thing }) =>
    world.writeRow(id, row, thing === null ? undefined : { c: thing }),
  toggle: (world, { device = 0 }) =>
    world.isJoined(device) ? world.leave(device) : world.join(device),
  deliver: (world, { count = 0 }) => world.room.step(count),
  pass: (world, { count = 0 }) => world.pass(count),
  settle: (world) => world.settle(),
  beat: (world) => world.beat(),
  evict: (world) => world.evict(),
  kill: (world) => world.kill(),
  backUp: (world) => world.backUp(),
  restore: (world, { count = 0 }) => world.restore(count),
  lose: (world, { device = 0 }) => world.lose(device),
  reload: (world, { device = 0 }) => world.copy(device, device),
  double: (world, { device = 0 }) => world.copy(device, 1 - device),
  tamper,
  absence,
  rollBack,
  interrupt,
};

function edit(world: ResumeWorld, { do: name, device = 0, id = '', row = '', ...step }: Step) {
  const store = world.store(device);
  const thing = step.thing as never;
  if (name === 'set') store.setCell(id, row, 'c', thing).setValue(id, thing);
  if (name === 'setLarge') store.setCell(id, row, 'large', `${thing} ${'x'.repeat(LARGE)}`);
  if (name === 'delCell') store.delCell(id, row, 'c', true).delValue(id);
  if (name === 'delRow') store.delRow(id, row);
  if (name === 'delTable') store.delTable(id);
  if (name !== 'fill') return;
  store.transaction(() => {
    for (let index = 0; index < ROWS; index++) store.setRow(id, `row ${index}`, { c: thing });
  });
}

/** Gives a device another cursor, or makes it forget what it has to send. */
function tamper(world: ResumeWorld, { tampering, device = 0, count = 0 }: Step): void {
  const actor = world.actor(device);
  const [log, position] = actor.device.point.cursor?.split('.') ?? [];
  if (tampering === 'forget') actor.forgetEdits();
  if (tampering === 'stale') actor.tamper(actor.earlierCursor(count));
  if (tampering === 'future' && log) actor.tamper(`${log}.${Number(position) + count}`);
  if (tampering === 'foreign') actor.tamper(`0123456789ab.${count}`);
  if (tampering === 'empty') actor.tamper('');
  if (tampering === 'other') actor.tamper(world.actor(1 - device).device.point.cursor);
}

/** A device comes back after edits here and elsewhere. */
async function absence(world: ResumeWorld, step: Step): Promise<void> {
  const { device = 0, mine = 0, theirs = 0, isCold, rests } = step;
  world.leave(device);
  await editTimes(world, theirs, 1 - device, step);
  await editTimes(world, mine, device, step);
  tamper(world, step);
  if (isCold) await world.evict();
  await world.join(device);
  if (rests) await world.rest(OURS);
}

/** The server loses edits of a device, and gets others before the device comes back. */
async function rollBack(world: ResumeWorld, step: Step): Promise<void> {
  const { device = 0, mine = 0, theirs = 0, isCold } = step;
  await world.join(device);
  await world.settle();
  const backup = world.backUp();
  await editTimes(world, mine, device, step);
  await world.restore(backup);
  await world.join(1 - device);
  await editTimes(world, theirs, 1 - device, step);
  if (isCold) await world.evict();
  await world.join(device);
  await editTimes(world, 1, device, step);
}

/** An eviction loses a part of a large edit that is on its way. */
async function interrupt(world: ResumeWorld, step: Step): Promise<void> {
  await world.join(step.device!);
  await world.settle();
  edit(world, { ...step, do: 'fill', id: 'a' });
  await world.room.step(step.count!);
  await world.evict();
}

/** Edits of both devices are of the same size. */
async function editTimes(
  world: ResumeWorld,
  times: number,
  device: number,
  { thing }: Step,
): Promise<void> {
  for (let time = 0; time < times; time++) {
    edit(world, { do: 'set', device, id: device === 0 ? 'a' : 'b', row: 'a', thing: thing! });
    await world.settle();
  }
}
