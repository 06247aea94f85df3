import { TinyBasePartyKitServer } from 'tinybase/persisters/persister-partykit-server';
import type { CellAddress, SizedStamp } from '../../document/cell-stamp.ts';
import { chunk, encodePlainChange } from '../../document/codec/change-encoder.ts';
import { encodeContent } from '../../document/codec/content-encoder.ts';
import { sizedStamp } from '../../document/stamp-tree.ts';
import type { Connection } from '../../platform.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import { fail, type Result, succeed } from '../../protocol/errors.ts';
import { parseJson } from '../../protocol/frame.ts';
import type { ContentRequest } from '../content/content-request.ts';
import type { Document } from '../content/document.ts';
import { CHANGE_BYTES, type Publication, type WrittenStamp } from '../content/publication.ts';
import { type Devices, deviceOf } from '../devices.ts';
import { READ_ONLY, type RefusalOf, refuseNobody } from '../refusals/refusal.ts';
import { textBody } from '../text-stream.ts';
import { InFlight } from './in-flight.ts';
import { PersisterStorage } from './persister-storage.ts';

/** Stores above this size, in bytes, are noted as a whole when they are sent. */
const LARGE_BYTES = 4_000_000;

type PartyKitRoom = ConstructorParameters<typeof TinyBasePartyKitServer>[0];
type PartyKitRequest = Parameters<TinyBasePartyKitServer['onRequest']>[0];
type PartyKitConnection = Parameters<TinyBasePartyKitServer['onMessage']>[1];

/** TinyBase's server for its PartyKit persister, over a {@link PersisterStorage}. */
class PersisterServer extends TinyBasePartyKitServer {
  override readonly config = { storePath: '/partykit-store', responseHeaders: {} };

  constructor(storage: PersisterStorage) {
    // The room forwards the changes itself, so `broadcast` does nothing.
    super({ storage: storage, broadcast: () => undefined } as unknown as PartyKitRoom);
  }
}

/**
 * Connects clients of TinyBase's PartyKit persister to the store. Their changes have no clock, so
 * the room gives them HLCs in order of arrival.
 */
export class PersisterBridge {
  readonly #document: Document;
  readonly #devices: Devices;
  readonly #refusalOf: RefusalOf;
  readonly #inFlight = new WeakMap<Connection, InFlight>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(document: Document, devices: Devices, refusalOf: RefusalOf = refuseNobody) {
    this.#document = document;
    this.#devices = devices;
    this.#refusalOf = refusalOf;
  }

  /**
   * Sends the whole store: a persister loads it only once and does not reload it after a
   * reconnection.
   */
  greet(connection: Connection): void {
    this.#document.flush();
    const { tree } = this.#document;
    const isLarge = tree.bytes > LARGE_BYTES;
    this.#send(connection, tree.all(), !isLarge);
    if (isLarge) this.#flightTo(connection).sendEverything(Date.now());
  }

  /** Handles frames one after the other, because TinyBase's server takes several turns for one. */
  receive(connection: Connection, frame: string): Promise<CloseName | undefined> {
    const handled = this.#last.then(() => this.#handle(connection, frame));
    this.#last = handled.catch(() => undefined);
    return handled;
  }

  async #handle(connection: Connection, frame: string): Promise<CloseName | undefined> {
    // The session may have ended while the frame waited.
    const device = deviceOf(connection);
    if (!device) return undefined;
    if (!isChanges(frame)) return 'invalidFrame';
    const storage = new PersisterStorage(this.#document.tree, true);
    const asParty = connection as unknown as PartyKitConnection;
    await new PersisterServer(storage).onMessage(frame, asParty);
    if (!storage.writes) return 'invalidFrame';
    if (this.#refusalOf(device)) return void this.#restore(connection, storage.writes);
    return this.#document.write(storage.writes, connection).ok ? undefined : 'storeFull';
  }

  /**
   * Sends a device that may not write the store's content of what it has written. It takes in
   * whatever comes last, so nothing has to be stored for it.
   */
  #restore(connection: Connection, written: CellAddress[]): void {
    this.#document.flush();
    const { tree } = this.#document;
    const held = written.map(({ table, row, id }) =>
      sizedStamp({ table, row, id, cell: tree.cellAt({ table, row, id }), hlc: '' }),
    );
    this.#send(connection, held, true);
  }

  /** Forwards changes to every persister device except their author. */
  publish({ written }: Publication): void {
    for (const connection of this.#devices.speaking('partykit')) {
      const isNews = (stamp: WrittenStamp) =>
        stamp.writer !== connection || this.#isCrossing(connection, stamp);
      this.#send(connection, written.filter(isNews), true);
    }
  }

  /** Whether an older change of a cell that the device wrote may still be under way to it. */
  #isCrossing(connection: Connection, stamp: WrittenStamp): boolean {
    return this.#flightTo(connection).has(this.#document.tree.leaf(stamp)!, Date.now());
  }

  /** Sends changes to a device. `noted` says whether each stamp is noted as under way. */
  #send(connection: Connection, stamps: Iterable<SizedStamp>, noted: boolean): void {
    const flight = this.#flightTo(connection);
    const now = Date.now();
    try {
      for (const part of chunk(stamps, CHANGE_BYTES)) {
        connection.send(`s${encodePlainChange(part)}`);
        if (!noted) continue;
        for (const stamp of part) {
          const leaf = this.#document.tree.leaf(stamp);
          if (leaf) flight.send(leaf, now);
        }
      }
    } catch {
      // The socket has just closed. The device gets the whole store when it reconnects.
    }
  }

  /**
   * `GET` responds with `[tables, values]`, or with an empty body if there is no store; `PUT`
   * creates the store.
   */
  async request(content: ContentRequest): Promise<Result<Response>> {
    const { request } = content;
    return request.method === 'PUT' ? this.#save(content) : succeed(this.#load(request));
  }

  #load({ method }: Request): Response {
    this.#document.flush();
    const { exists } = new PersisterStorage(this.#document.tree, false);
    const headers = { 'Content-Type': 'application/json' };
    return new Response(exists && method !== 'HEAD' ? textBody(this.#stored()) : null, { headers });
  }

  *#stored(): Generator<string> {
    for (const text of encodeContent(this.#document.tree)) {
      yield text;
      this.#document.flush();
    }
  }

  async #save(content: ContentRequest): Promise<Result<Response>> {
    const body = await content.text();
    if (!body.ok) return body;
    if (parseJson(body.value) === undefined) return BAD_CONTENT;
    const held = await content.sessionHolds();
    if (!held.ok) return held;
    this.#document.flush();
    const storage = new PersisterStorage(this.#document.tree, false);
    const read = { url: content.request.url, method: 'PUT', text: async () => body.value };
    const response = await new PersisterServer(storage).onRequest(read as PartyKitRequest);
    if (response.status === 400 || (response.status === 201 && !storage.writes)) return BAD_CONTENT;
    if (content.isRefused) return this.#refuse(content, storage.writes ?? []);
    const written = this.#document.write(storage.writes ?? [], content.writer);
    return written.ok ? succeed(response as unknown as Response) : written;
  }

  /** TinyBase's persister ignores the response, so its socket tells it what the store has. */
  #refuse({ writer }: ContentRequest, written: CellAddress[]): Result<never> {
    for (const connection of this.#devices.speaking('partykit')) {
      const isAuthor = deviceOf(connection)?.session_hash === writer?.session_hash;
      if (isAuthor) this.#restore(connection, written);
    }
    return READ_ONLY;
  }

  #flightTo(connection: Connection): InFlight {
    const flight = this.#inFlight.get(connection) ?? new InFlight();
    this.#inFlight.set(connection, flight);
    return flight;
  }
}

const BAD_CONTENT = fail('bad_request', 'the body is not what getContent() gives');

/**
 * Whether a frame has the structure of changes. TinyBase's server throws, or takes long, on others.
 */
function isChanges(frame: string): boolean {
  const changes = frame.startsWith('s') ? parseJson(frame.slice(1)) : undefined;
  return Array.isArray(changes) && changes.length === 3 && changes[2] === 1;
}
