import { getUniqueId } from 'tinybase';
import type { ConnectionState } from '../../client/index.ts';
import { byId, find, fromTemplate, keyedRows } from '../ui/dom.ts';
import { errorMessage } from '../ui/error-messages.ts';
import type { Panel } from './panel.ts';

const NOTES = 'notes';
/** The length of a note, in characters. PartyKit accepts frames of at most 1,048,576 bytes. */
const LENGTH = 2_000_000;
const LINE = 'The quick brown fox jumps over the lazy dog. ';

/** Shows the panel of notes. A note is too large for a frame, to show how the client syncs it. */
export function showNotes({ client, connection, signal }: Panel): void {
  const { store } = connection;
  const upload = byId('upload');
  const result = byId('note-result');
  const button = byId<HTMLButtonElement>('new-note');
  const rows = keyedRows(byId('notes'), {
    make: makeRow,
    update: updateRow,
    fallbackFocus: button,
  });

  function makeRow(id: string): HTMLElement {
    const row = fromTemplate('note-row');
    find(row, 'button').addEventListener('click', () => store.delRow(NOTES, id));
    return row;
  }

  function updateRow(row: HTMLElement, id: string): void {
    const { text, at } = store.getRow(NOTES, id);
    const size = `${(`${text}`.length / 1e6).toFixed(1)} MB`;
    const time = new Date(Number(at)).toLocaleTimeString();
    find(row, '.name').textContent = `A note of ${size}, written at ${time}`;
    find(row, 'button').setAttribute('aria-label', `Delete the note of ${time}`);
  }

  const write = async () => {
    const text = LINE.repeat(Math.ceil(LENGTH / LINE.length)).slice(0, LENGTH);
    const transport = watchTransport(connection);
    result.textContent = '';
    store.setRow(NOTES, getUniqueId(), { text, at: client.now() });
    try {
      await connection.saved({ signal });
      result.textContent = `Saved, ${transport()}.`;
    } catch (error) {
      if (!signal.aborted) result.textContent = `Not saved. ${errorMessage(error)}`;
    }
  };
  const show = () => rows.show(store.getSortedRowIds(NOTES, 'at'));
  const showProgress = ({ progress }: ConnectionState) => {
    upload.hidden = progress === undefined;
    byId<HTMLProgressElement>('progress').value = progress ?? 0;
  };
  button.addEventListener('click', write, { signal });
  const listener = store.addTableListener(NOTES, show);
  const unsubscribe = connection.subscribe(showProgress);
  signal.addEventListener('abort', () => {
    store.delListener(listener);
    unsubscribe();
    upload.hidden = true;
    result.textContent = '';
    rows.show([]);
  });
  show();
}

/** Measures how content is sent. The returned function ends that and returns a description. */
function watchTransport(connection: Panel['connection']): () => string {
  const start = performance.now();
  let overHttp = false;
  const unsubscribe = connection.subscribe(({ progress }) => {
    overHttp ||= progress !== undefined;
  });
  return () => {
    unsubscribe();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    return `${overHttp ? 'over HTTP' : 'through the socket'} in ${seconds} s`;
  };
}
