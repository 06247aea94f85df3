import { WebSocket } from 'ws';
import { countMarks } from '../edits.ts';

/** The server asks an empty device for its hashes, and this is what it says. */
const NO_HASHES = '[0,0]';
const HASHES_REQUEST = /^([^\n]*)\n\[("[^"]*"|null),1,""\]$/;
const HASHES_RESPONSE = /^([^\n]*)\n\["hashes",0,/;
const TIMEOUT_MS = 15_000;

/**
 * Joins as an empty TinyBase device does, without a store: asks for the hashes, then for all
 * tables. Resolves with the milliseconds from the open socket to the last of `marks` marks.
 */
export function join(url: string, marks: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    let opened = 0;
    let seen = 0;
    const timeout = setTimeout(() => {
      socket.terminate();
      reject(new Error(`${seen} of ${marks} cells have come`));
    }, TIMEOUT_MS);
    socket.once('error', reject);
    socket.once('open', () => {
      opened = performance.now();
      socket.send('\n["hashes",1,""]');
    });
    socket.on('message', (data: Buffer) => {
      if (data.length < 1_000) for (const answer of answersTo(data.toString())) socket.send(answer);
      seen += countMarks(data);
      if (seen < marks) return;
      clearTimeout(timeout);
      resolve(performance.now() - opened);
      socket.terminate();
    });
  });
}

function answersTo(frame: string): string[] {
  const request = HASHES_REQUEST.exec(frame);
  if (request) return [`${request[1]}\n[${request[2]},0,${NO_HASHES}]`];
  const response = HASHES_RESPONSE.exec(frame);
  return response ? [`${response[1]}\n["tables",4,{}]`] : [];
}
