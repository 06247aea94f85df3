import YProvider from 'y-partyserver/provider';
import * as Y from 'yjs';
import { CELLS_PER_ROW } from '../../sync/tinybase-client.ts';
import { countingSocket, Traffic } from './counting-socket.ts';
import { type Device, editedRow, type Table } from './device.ts';

/** A device with a Yjs document and the provider of y-partyserver. */
export function yjsDevice(host: string, room: string): Device {
  const traffic = new Traffic();
  const document = new Y.Doc();
  const provider = new YProvider(host, room, document, {
    connect: false,
    party: 'rooms',
    WebSocketPolyfill: countingSocket(traffic) as unknown as typeof WebSocket,
  });
  const saved = () =>
    new Promise<void>((resolve) => {
      provider.once('custom-message', () => resolve());
      provider.sendMessage('saved');
    });
  const link = {
    connect: async () => {
      const opened = new Promise((resolve) => {
        provider.once('status', () => provider.once('status', resolve));
      });
      await provider.connect();
      await opened;
    },
    disconnect: async () => {
      provider.disconnect();
      await traffic.end();
    },
    saved,
    acknowledged: saved,
    close: async () => provider.destroy(),
  };
  return { table: yjsTable(document), link, traffic };
}

/** A table as a map of rows, which are maps of cells. */
function yjsTable(document: Y.Doc): Table {
  const table = document.getMap<Y.Map<string>>('notes');
  return {
    fill: (rows) => {
      document.transact(() => {
        for (let row = 0; row < rows; row++) table.set(`row${row}`, newRow(row));
      });
    },
    edit: (rows, changes, text) => {
      for (let index = 0; index < changes; index++) {
        table.get(`row${editedRow(index, rows, changes)}`)!.set('cell0', text);
      }
    },
    untilEdited: (changes, text) => untilEdited(table, changes, text),
    fingerprint: () => {
      const clocks = [...Y.decodeStateVector(Y.encodeStateVector(document))];
      return JSON.stringify(clocks.sort(([a], [b]) => a - b));
    },
  };
}

function newRow(row: number): Y.Map<string> {
  const cells = Array.from({ length: CELLS_PER_ROW }, (_, cell): [string, string] => [
    `cell${cell}`,
    `#${row} some words`,
  ]);
  return new Y.Map(cells);
}

function untilEdited(table: Y.Map<Y.Map<string>>, changes: number, text: string): Promise<void> {
  let edited = 0;
  return new Promise((resolve) => {
    const listener = (events: Y.YEvent<Y.Map<string>>[]) => {
      edited += events.filter(({ target }) => target.get('cell0') === text).length;
      if (edited < changes) return;
      table.unobserveDeep(listener as never);
      resolve();
    };
    table.observeDeep(listener as never);
  });
}
