import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A TCP proxy between a browser and a server that simulates network failures. */
export interface NetworkProxy {
  /** The server's URL through this proxy. */
  url: string;
  /** Resets all connections and refuses new ones. */
  cut(): void;
  /** Accepts new connections again. */
  restore(): void;
  /** Delays all data by this many milliseconds in each direction from now on. */
  delay(milliseconds: number): void;
  /** Stops to carry data on the current connections, without closing them. */
  freeze(): void;
  /** Does the same, and accepts new connections without ever responding. */
  hang(): void;
}

export async function startNetworkProxy(serverUrl: string): Promise<NetworkProxy> {
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
        // Data stays in order when the delay becomes shorter.
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
    restore() {
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
