import { TinyBasePartyKitServer } from 'tinybase/persisters/persister-partykit-server';
import type { SizedStamp } from '../../document/cell-stamp.ts';
import { chunk } from '../../document/chunks.ts';
import { nest } from '../../document/decode-changes.ts';
import { HEARTBEAT } from '../../document/heartbeat.ts';
import type { Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { parseJson } from '../../protocol/frame.ts';
import type { ById, Changes } from '../../protocol/stamps.ts';
import type { ContentRequest } from '../content-request.ts';
import { type Devices, deviceOf } from '../devices.ts';
import { CHANGE_BYTES, type Document, type WrittenStamp } from '../document.ts';
import { textBody } from '../text-stream.ts';
import { InFlight } from './in-flight.ts';
import { persistedJson } from './persisted-json.ts';
import { isUnbegun, PersisterStorage } from './persister-storage.ts';

/** Bytes of a store that is no longer noted stamp by stamp as it goes out. */
const LARGE_BYTES = 4_000_000;

type PartyKitRoom = ConstructorParameters<typeof TinyBasePartyKitServer>[0];
type PartyKitRequest = Parameters<TinyBasePartyKitServer['onRequest']>[0];
type PartyKitConnection = Parameters<TinyBasePartyKitServer['onMessage']>[1];

/** TinyBase's own server for its PartyKit persister, at work on a storage. */
class PersisterServer extends TinyBasePartyKitServer {
  override readonly config = { storePath: '/partykit-store', responseHeaders: {} };

  constructor(storage: PersisterStorage) {
    // What it would broadcast is published by the room, along with everybody else's changes.
    super({ storage: storage, broadcast: () => undefined } as unknown as PartyKitRoom);
  }

  override async canSetValue(valueId: string): Promise<boolean> {
    return valueId !== HEARTBEAT.id;
  }

  override async canDelValue(valueId: string): Promise<boolean> {
    return valueId !== HEARTBEAT.id;
  }
}

/**
 * Lets clients that use TinyBase's PartyKit persister share the one store with those that
 * synchronize. What they write bears no clock, so it is dated here, in the order it arrives.
 */
export class PersisterBridge {
  readonly #document: Document;
  readonly #devices: Devices;
  readonly #inFlight = new WeakMap<Connection, InFlight>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(document: Document, devices: Devices) {
    this.#document = document;
    this.#devices = devices;
  }

  /** Sends everything: a persister loads a store only once, and knows nothing of reconnecting. */
  greet(connection: Connection): void {
    this.#document.flush();
    const { tree } = this.#document;
    const isLarge = tree.bytes > LARGE_BYTES;
    this.#send(connection, tree.all(), !isLarge);
    if (isLarge) this.#flightTo(connection).sendEverything(Date.now());
  }

  /** Handles one frame after the other, since TinyBase's server works in several turns. */
  receive(connection: Connection, frame: string): Promise<CloseName | undefined> {
    const handled = this.#last.then(() => this.#handle(connection, frame));
    this.#last = handled.catch(() => undefined);
    return handled;
  }

  async #handle(connection: Connection, frame: string): Promise<CloseName | undefined> {
    // Its session may have ended while the frame waited for those before it.
    if (!deviceOf(connection)) return undefined;
    if (!isChanges(frame)) return 'invalidFrame';
    const storage = new PersisterStorage(this.#document.tree, true);
    const asParty = connection as unknown as PartyKitConnection;
    await new PersisterServer(storage).onMessage(frame, asParty);
    if (!storage.writes) return 'invalidFrame';
    return this.#document.write(storage.writes, connection).ok ? undefined : 'storeFull';
  }

  /** Tells every device of a persister what was written, but none what it wrote itself. */
  publish(written: WrittenStamp[]): void {
    for (const connection of this.#devices.speaking('partykit')) {
      const isNews = (stamp: WrittenStamp) =>
        stamp.writer !== connection || this.#isCrossing(connection, stamp);
      this.#send(connection, written.filter(isNews), true);
    }
  }

  /** Whether something older than a stamp of its own may still be on its way to a device. */
  #isCrossing(connection: Connection, stamp: WrittenStamp): boolean {
    return this.#flightTo(connection).has(this.#document.tree.leaf(stamp)!, Date.now());
  }

  /** Unless it is not `noted`, every stamp is known to be on its way. */
  #send(connection: Connection, stamps: Iterable<SizedStamp>, noted: boolean): void {
    const flight = this.#flightTo(connection);
    const now = Date.now();
    try {
      for (const part of chunk(stamps, CHANGE_BYTES)) {
        connection.send(frameOf(part));
        if (!noted) continue;
        for (const stamp of part) flight.send(this.#document.tree.leaf(stamp)!, now);
      }
    } catch {
      // It closed in this very moment; it gets everything when it is back.
    }
  }

  /** `GET` gives `[tables, values]`, or nothing if there is no store yet; `PUT` makes the first. */
  async request(content: ContentRequest): Promise<Result<Response>> {
    const { request } = content;
    return request.method === 'PUT' ? this.#save(content) : succeed(this.#load(request));
  }

  #load({ method }: Request): Response {
    this.#document.flush();
    const nothing = method === 'HEAD' || isUnbegun(this.#document.tree);
    const headers = { 'Content-Type': 'application/json' };
    return new Response(nothing ? null : textBody(this.#stored()), { headers });
  }

  *#stored(): Generator<string> {
    for (const text of persistedJson(this.#document.tree)) {
      yield text;
      this.#document.flush();
    }
  }

  async #save(content: ContentRequest): Promise<Result<Response>> {
    const body = await content.text();
    if (!body.ok) return body;
    if (parseJson(body.value) === undefined) return BAD_CONTENT;
    const allowed = await content.mayWrite();
    if (!allowed.ok) return allowed;
    this.#document.flush();
    const storage = new PersisterStorage(this.#document.tree, false);
    const read = { url: content.request.url, method: 'PUT', text: async () => body.value };
    const response = await new PersisterServer(storage).onRequest(read as PartyKitRequest);
    if (response.status === 400 || (response.status === 201 && !storage.writes)) return BAD_CONTENT;
    const written = this.#document.write(storage.writes ?? []);
    return written.ok ? succeed(response as unknown as Response) : written;
  }

  #flightTo(connection: Connection): InFlight {
    const flight = this.#inFlight.get(connection) ?? new InFlight();
    this.#inFlight.set(connection, flight);
    return flight;
  }
}

const BAD_CONTENT = fail('bad_request', 'the body is not what getContent() gives');

/** Whether a frame has the outline of changes; others make TinyBase's server throw, or take long. */
function isChanges(frame: string): boolean {
  const changes = frame.startsWith('s') ? parseJson(frame.slice(1)) : undefined;
  return Array.isArray(changes) && changes.length === 3 && changes[2] === 1;
}

/** The frame of the persister's protocol that carries these stamps: `s[tables, values, 1]`. */
const frameOf = (stamps: SizedStamp[]): string => `s${JSON.stringify(plain(nest(stamps)))}`;

const plain = ([[tables], [values]]: Changes) => [
  mapIds(tables, ([rows]) => mapIds(rows, ([cells]) => mapIds(cells, ([cell]) => cell))),
  mapIds(values, ([cell]) => cell),
  1,
];

const mapIds = <From, To>(cells: ById<From>, map: (cell: From) => To): ById<To> =>
  Object.fromEntries(Object.entries(cells).map(([id, cell]) => [id, map(cell)]));
