import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A network between a browser and a server, which can fail as networks do. */
export interface Network {
  /** Where the server is, through this network. */
  url: string;
  /** Resets every connection, and refuses new ones. */
  cut(): void;
  /** Lets new connections through again. */
  mend(): void;
  /** Takes so many milliseconds from now on to carry anything, each way. */
  delay(milliseconds: number): void;
  /** Carries nothing more on the present connections, and tells neither side. */
  freeze(): void;
  /** Does the same, and lets new connections in only to leave them unanswered. */
  hang(): void;
}

export async function networkTo(serverUrl: string): Promise<Network> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  let latency = 0;
  let hangs = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    if (hangs) return void sockets.add(near.on('error', () => near.destroy()));
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      let arrival = 0;
      from.on('data', (data) => {
        // Nothing overtakes what was sent before the delay became shorter.
        arrival = Math.max(arrival, performance.now() + latency);
        const wait = arrival - performance.now();
        if (wait > 0) setTimeout(() => to.write(data), wait);
        else to.write(data);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    destroyAll();
    server.close();
  });
  const freeze = () => {
    for (const socket of sockets) socket.removeAllListeners('data').pause();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    cut() {
      isCut = true;
      destroyAll();
    },
    mend() {
      isCut = false;
    },
    delay(milliseconds) {
      latency = milliseconds;
    },
    freeze,
    hang() {
      hangs = true;
      freeze();
    },
  };
}
