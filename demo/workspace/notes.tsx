import { type RefObject, useRef, useState } from 'react';
import { getUniqueId } from 'tinybase';
import { useRow, useSortedRowIds, useStore } from 'tinybase/ui-react';
import type { Connection } from '../../client/index.ts';
import { useClient, useConnectionState } from '../../client/react/index.tsx';
import { useEnding } from '../hooks/use-ending.ts';
import { errorMessage } from '../ui/error-messages.ts';
import { RemoveButton } from '../ui/remove-button.tsx';
import { useRemovableRow } from '../ui/row.ts';

const NOTES = 'notes';
/** The length of a note, in characters. PartyKit accepts frames of at most 1,048,576 bytes. */
const LENGTH = 2_000_000;
const LINE = 'The quick brown fox jumps over the lazy dog. ';

/** Notes that are too large for a frame, to show how the client syncs them. */
export function Notes({ connection }: { connection: Connection }) {
  const client = useClient();
  const store = useStore()!;
  const ids = useSortedRowIds(NOTES, 'at');
  const [result, setResult] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  const ending = useEnding();

  const write = async () => {
    const text = LINE.repeat(Math.ceil(LENGTH / LINE.length)).slice(0, LENGTH);
    const transport = watchTransport(connection);
    setResult('');
    store.setRow(NOTES, getUniqueId(), { text, at: client.now() });
    setResult(
      await connection.saved({ signal: ending() }).then(
        () => `Saved, ${transport()}.`,
        (error) => `Not saved. ${errorMessage(error)}`,
      ),
    );
  };
  return (
    <section className="card" aria-labelledby="notes-title">
      <h2 id="notes-title">Beyond a frame</h2>
      <p className="quiet">
        A socket takes frames of 1 MiB. What is larger goes over HTTP by itself, and the socket
        opens again.
      </p>
      <button ref={button} type="button" onClick={write}>
        Write a note of 2 MB
      </button>
      <UploadProgress />
      <p className="quiet" role="status" aria-label="Note">
        {result}
      </p>
      <ul className="rows" aria-labelledby="notes-title">
        {ids.map((id) => (
          <Note key={id} id={id} fallbackFocus={button} />
        ))}
      </ul>
    </section>
  );
}

function UploadProgress() {
  const { progress } = useConnectionState();
  if (progress === undefined) return null;
  return (
    <div>
      <label htmlFor="progress">Sending over HTTP</label>
      <progress id="progress" max="1" value={progress} />
    </div>
  );
}

interface NoteProps {
  id: string;
  fallbackFocus: RefObject<HTMLElement | null>;
}

function Note({ id, fallbackFocus }: NoteProps) {
  const store = useStore()!;
  const { text, at } = useRow(NOTES, id);
  const row = useRemovableRow(fallbackFocus);
  const size = `${(`${text}`.length / 1e6).toFixed(1)} MB`;
  const time = new Date(Number(at)).toLocaleTimeString();
  return (
    <li ref={row}>
      <span className="name">{`A note of ${size}, written at ${time}`}</span>
      <RemoveButton label={`Delete the note of ${time}`} remove={() => store.delRow(NOTES, id)} />
    </li>
  );
}

/** Measures how content is sent. The returned function ends that and returns a description. */
function watchTransport(connection: Connection): () => string {
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
