import { WebSocket } from 'ws';
import { countMarkers } from '../edit-frames.ts';

/** The response of an empty device when the server requests its hashes. */
const NO_HASHES = '[0,0]';
const HASHES_REQUEST = /^([^\n]*)\n\[("[^"]*"|null),1,""\]$/;
const HASHES_RESPONSE = /^([^\n]*)\n\["hashes",0,/;
const TIMEOUT_MS = 15_000;

/**
 * Joins as an empty TinyBase device does, but without a store: requests the hashes, then all
 * tables. Resolves with the milliseconds from the open socket to the last of `cells` cells.
 */
export function timeJoin(url: string, cells: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    let opened = 0;
    let received = 0;
    const timeout = setTimeout(() => {
      socket.terminate();
      reject(new Error(`received ${received} of ${cells} cells`));
    }, TIMEOUT_MS);
    socket.once('error', reject);
    socket.once('open', () => {
      opened = performance.now();
      socket.send('\n["hashes",1,""]');
    });
    socket.on('message', (data: Buffer) => {
      if (data.length < 1_000) for (const reply of repliesTo(data.toString())) socket.send(reply);
      received += countMarkers(data);
      if (received < cells) return;
      clearTimeout(timeout);
      resolve(performance.now() - opened);
      socket.terminate();
    });
  });
}

function repliesTo(frame: string): string[] {
  const request = HASHES_REQUEST.exec(frame);
  if (request) return [`${request[1]}\n[${request[2]},0,${NO_HASHES}]`];
  const response = HASHES_RESPONSE.exec(frame);
  return response ? [`${response[1]}\n["tables",4,{}]`] : [];
}
