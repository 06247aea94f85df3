import type { Readable } from 'svelte/store';
import {
  ON_SERVER,
  type SessionConnection,
  type Snapshot,
} from '../bindings/session-connection.ts';
import type { SessionPresence } from '../bindings/session-presence.ts';
import { hasDocument } from '../common/has-document.ts';
import { NOBODY } from '../connection/presence.ts';
import type { PresentDevice, Schemas } from '../index.ts';
import type { TinyHost } from './tiny-host.ts';

/** Makes a Svelte store of each part of what an app shows. */
export const readableParts = <S extends Schemas>(source: SessionConnection<S>): TinyHost<S> => ({
  client: source.client,
  ready: readablePart(source, ({ isReady }) => isReady),
  session: readablePart(source, ({ session }) => session),
  connection: readablePart(source, ({ connection }) => connection),
  connectionState: readablePart(source, ({ state }) => state),
  role: readablePart(source, ({ state }) => state.role),
  stores: readableList(source.client.stores),
  members: readableList(source.members),
  others: readableOthers(source.presence),
  setPresence: source.presence.set,
  saved: readablePart(source, ({ state }) => state.saved),
  store: readablePart(source, ({ connection }) => connection?.store),
});

const readablePart = <S extends Schemas, Value>(
  source: SessionConnection<S>,
  read: (snapshot: Snapshot<S>) => Value,
): Readable<Value> => ({
  subscribe(run) {
    let value = read(hasDocument() ? source.value : (ON_SERVER as Snapshot<S>));
    run(value);
    return source.subscribe((snapshot) => {
      if (value === read(snapshot)) return;
      value = read(snapshot);
      run(value);
    });
  },
});

/** A list that is fetched while somebody subscribes. */
interface FetchedList<Item> {
  readonly value: readonly Item[] | undefined;
  subscribe(listener: (list: readonly Item[] | undefined) => void): () => void;
}

const readableList = <Item>(list: FetchedList<Item>): Readable<readonly Item[] | undefined> => ({
  subscribe(run) {
    // A server knows no session, and renders no list.
    if (!hasDocument()) {
      run(undefined);
      return () => undefined;
    }
    run(list.value);
    return list.subscribe(run);
  },
});

const readableOthers = (presence: SessionPresence): Readable<readonly PresentDevice[]> => ({
  subscribe(run) {
    if (!hasDocument()) {
      run(NOBODY);
      return () => undefined;
    }
    run(presence.others);
    return presence.subscribe(() => run(presence.others));
  },
});
