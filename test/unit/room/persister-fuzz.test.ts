import fc from 'fast-check';
import { TinyBasePartyKitServer } from 'tinybase/persisters/persister-partykit-server';
import { expect, it } from 'vitest';
import {
  MemoryRoom,
  type MemorySocket,
  writerHeaders,
} from '../../helpers/in-memory/rooms/memory-room.ts';

/** The number of runs, of up to 40 frames each. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 500);

/** The room storage of TinyBase's own server. */
class PlainStorage {
  readonly cells = new Map<string, unknown>([['hasStore', 1]]);

  async get(key: string): Promise<unknown> {
    return this.cells.get(key);
  }

  async list(): Promise<Map<string, unknown>> {
    return new Map(this.cells);
  }

  async put(cells: Record<string, unknown>): Promise<void> {
    for (const [key, cell] of Object.entries(cells)) this.cells.set(key, cell);
  }

  async delete(keys: string[]): Promise<void> {
    for (const key of keys) this.cells.delete(key);
  }

  transaction<Value>(run: (storage: this) => Promise<Value>): Promise<Value> {
    return run(this);
  }
}

/** TinyBase's own server. It receives every frame that the room has accepted. */
class TinyBaseServer extends TinyBasePartyKitServer {
  constructor() {
    super({ storage: new PlainStorage(), broadcast: () => undefined } as never);
  }

  async content(): Promise<unknown> {
    const response = await this.onRequest(new Request('http://tinybase/store') as never);
    return ((await response.json()) as unknown[]).map(withObjects);
  }
}

/** Decodes the cells and values that TinyBase stores as marked text. */
function withObjects(json: unknown): unknown {
  if (typeof json === 'string') return json.startsWith('\uFFFD') ? JSON.parse(json.slice(1)) : json;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([id, child]) => [id, withObjects(child)]));
}

const id = fc.constantFrom(
  'a',
  'b',
  '__proto__',
  'constructor',
  '',
  'x\ny',
  '","',
  '\uFFFC',
  '\uD800',
);
const cells = [null, '', 'text', 0, -1.5, true, '\uFFFD{"a":[1]}', 'ä🙂\n', { a: [null, {}] }, []];
const deleted = '\uFFFC';
/** A JSON number that JavaScript cannot represent. */
const INFINITE = 'infinite';
const cell = fc.constantFrom(...cells, deleted);
const junk = fc.constantFrom(...cells, INFINITE, '\uFFFD', '\uFFFD{', [[]], { a: deleted });
const byId = <Child>(child: fc.Arbitrary<Child>) =>
  fc.array(fc.tuple(id, child), { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
const orDeleted = <Child>(child: fc.Arbitrary<Child>) =>
  fc.oneof({ weight: 8, arbitrary: child }, { weight: 1, arbitrary: fc.constant(deleted) });

/** Changes with arbitrary values in place of leaves. */
const changesOf = (leaf: fc.Arbitrary<unknown>) =>
  fc.tuple(byId(orDeleted(byId(orDeleted(byId(leaf))))), byId(leaf), fc.constant(1));
const frameOf = (json: unknown): string =>
  `s${JSON.stringify(json).replaceAll(`"${INFINITE}"`, '1e999')}`;
const valid = changesOf(cell).map(frameOf);

const mutated = fc
  .tuple(valid, fc.nat(), fc.nat(), fc.string({ maxLength: 6 }))
  .map(([frame, from, length, text]) => {
    const at = from % frame.length;
    return frame.slice(0, at) + text + frame.slice(at + (length % 4));
  });
const wrong = fc.oneof(
  changesOf(fc.oneof(cell, junk)),
  fc.tuple(junk, byId(cell), fc.constant(1)),
  fc.tuple(byId(junk), junk, fc.constantFrom(1, 0, '1', null)),
  fc.tuple(byId(byId(junk)), byId(cell)),
  fc.jsonValue(),
);
const frame = fc.oneof(
  { weight: 4, arbitrary: valid },
  { weight: 3, arbitrary: mutated },
  { weight: 2, arbitrary: wrong.map(frameOf) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.uint8Array().map(({ buffer }) => buffer as ArrayBuffer) },
);

async function contentOf(room: MemoryRoom): Promise<unknown> {
  const response = await room.room.request(new Request('http://room/store'));
  const { tables, values } = (await response.json()) as Record<string, unknown>;
  return [tables, values];
}

it("accepts from a persister's hostile frames only what TinyBase's own server would", async () => {
  const counts = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 40, size: 'max' }), async (frames) => {
      const room = await new MemoryRoom({ MAX_FRAMES_PER_SECOND: 0, HEARTBEAT_SECONDS: 0 }).start();
      const tinybase = new TinyBaseServer();
      const watching = await room.connect();
      let socket: MemorySocket | undefined;
      for (const frame of frames) {
        if (!socket || socket.closed) socket = await room.open({ protocol: 'partykit' });
        await room.room.message(socket, frame);
        if (socket.closed) expect(socket.closed.code).toBe(1007);
        else await tinybase.onMessage(frame as string, {} as never);
        counts[socket.closed ? 'refused' : 'taken'] += 1;
      }
      await room.settle();

      const content = await tinybase.content();
      expect(await contentOf(room)).toEqual(content);
      expect(watching.store.getContent()).toEqual(content);
      expect(watching.socket.closed).toBeUndefined();
      expect(await contentOf(await new MemoryRoom({}, room.storage).start())).toEqual(content);
    }),
    { numRuns: RUNS },
  );
  expect(counts.taken).toBeGreaterThan(RUNS);
  expect(counts.refused).toBeGreaterThan(RUNS);
}, 120_000);

it("accepts 10 MB of nested arrays as a value, in a persister's frame and its store", async () => {
  const room = await new MemoryRoom().start();
  const nested = '['.repeat(5_000_000) + ']'.repeat(5_000_000);
  for (const json of [nested, `[{"t":{"r":{"c":${nested}}}},{},1]`]) {
    const socket = await room.open({ protocol: 'partykit' });
    await room.room.message(socket, `s${json}`);
    expect(socket.closed?.code).toBe(1007);
    const init = { method: 'PUT', headers: writerHeaders(), body: json };
    const request = new Request('http://room/partykit-store', init);
    const answer = await room.room.request(request);
    expect(await answer.json()).toMatchObject({ error: 'bad_request' });
  }
  expect(room.storage.writes).toBe(0);
});
