import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createMergeableStore } from 'tinybase';
import {
  createWsSynchronizer,
  type WsSynchronizer,
} from 'tinybase/synchronizers/synchronizer-ws-client';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../../client/client.ts';
import type { Connection } from '../../client/connection/connection.ts';
import { startDevServer } from '../../dev/dev-server.ts';
import { pause } from '../sync/pause.ts';
import { median } from '../sync/statistics.ts';
import { fill, untilFilled } from '../sync/tinybase-client.ts';
import { readCount, readOptions } from '../usage.ts';

const SIZES = [20, 1_000, 8_000, 48_000];

const HELP = `npm run bench -- copy

  --rounds COUNT   measurements of each figure (default 5)`;

/** What a new device took to get a whole store. */
interface Join {
  milliseconds: number;
  /** Milliseconds of processor time of the client's process. */
  cpu: number;
  /** The longest time that other events had to wait. */
  stall: number;
  /** Bytes of all frames that arrived. */
  bytes: number;
}

/** Compares the first join of our client with that of a plain TinyBase client. */
export async function run(args: string[]): Promise<void> {
  const options = { help: { type: 'boolean' }, rounds: { type: 'string', default: '5' } } as const;
  const { help, rounds } = readOptions(args, options);
  if (help) return console.log(HELP);
  const vars = { MAX_STORE_BYTES: 0, AUTH_REQUESTS_PER_MINUTE: 0 };
  const server = await startDevServer('partykit', { persist: `${tmpdir()}/tinyhost-copy`, vars });
  console.log(
    '| rows | client | bytes down | ms | cpu ms | to plain TinyBase | to JSON.parse | longest stall |\n' +
      '| --: | --- | --: | --: | --: | --: | --: | --: |',
  );
  try {
    for (const rows of SIZES) await compare(server.url, rows, readCount('rounds', rounds));
  } finally {
    await server.stop();
  }
}

async function compare(url: string, rows: number, rounds: number): Promise<void> {
  const writer = await signedUp(url);
  const connection = writer.connect();
  fill(connection.store, rows);
  await connection.saved();
  await connection.close();
  const { session_uuid } = writer.currentSession!;
  const copy = await fetchCopy(`${url}/bench/snapshot`, session_uuid);
  const socketUrl = `${url.replace('http', 'ws')}/bench/ws?sessionUuid=${session_uuid}`;
  const joins: Record<string, () => Promise<Join>> = {
    'plain TinyBase': () => plainJoin(socketUrl, rows),
    'ours, by hashes': () => ourJoin(url, writer, rows, false),
    ours: () => ourJoin(url, writer, rows, true),
  };
  const measured = new Map<string, Join[]>();
  const parsed: number[] = [];
  // The first round warms up the code of all clients.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, join] of Object.entries(joins)) {
      const result = await join();
      if (round > 0) measured.set(name, [...(measured.get(name) ?? []), result]);
    }
    parsed.push(timeParse(copy.text));
  }
  const plain = median(measured.get('plain TinyBase')!.map(({ cpu }) => cpu));
  const parse = median(parsed);
  for (const [name, results] of measured) {
    const of = (figure: keyof Join) => median(results.map((result) => result[figure]));
    const usesCopy = name === 'ours' && copy.text.length > 100_000;
    const bytes = of('bytes') + (usesCopy ? copy.bytes : 0);
    const times = `${of('milliseconds').toFixed(0)} | ${of('cpu').toFixed(0)}`;
    const ratios = `${(of('cpu') / plain).toFixed(2)} | ${(of('cpu') / parse).toFixed(1)}`;
    const stall = `${of('stall').toFixed(0)} ms`;
    console.log(`| ${rows} | ${name} | ${bytes} | ${times} | ${ratios} | ${stall} |`);
  }
  const size = copy.text.length;
  console.log(`| ${rows} | JSON.parse of the copy | ${size} | | ${parse.toFixed(1)} | | | |`);
}

function timeParse(text: string): number {
  const lines = text.trimEnd().split('\n');
  const before = process.cpuUsage();
  for (const line of lines) JSON.parse(line);
  return process.cpuUsage(before).user / 1000;
}

/** Measures a join until the store is full. `join` returns the bytes that have arrived. */
async function timed(join: () => Promise<() => number>): Promise<Join> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const start = performance.now();
  const before = process.cpuUsage();
  const count = await join();
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1000;
  // The last stall counts when other events have had their turn.
  await pause(20);
  delays.disable();
  return { milliseconds, cpu, bytes: count(), stall: delays.max / 1e6 };
}

/** Sockets that count the bytes that arrive. */
function countingSockets() {
  let bytes = 0;
  class CountingWebSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      this.on('message', (data: Buffer) => {
        bytes += data.length;
      });
    }
  }
  return { CountingWebSocket, count: () => bytes };
}

async function plainJoin(url: string, rows: number): Promise<Join> {
  const store = createMergeableStore();
  const { CountingWebSocket, count } = countingSockets();
  let synchronizer: WsSynchronizer<WebSocket> | undefined;
  const join = await timed(async () => {
    synchronizer = await createWsSynchronizer(store, new CountingWebSocket(url), 30);
    await synchronizer.startSync();
    await untilFilled(store, rows);
    return count;
  });
  await synchronizer?.destroy();
  return join;
}

async function ourJoin(url: string, writer: Client, rows: number, hasCopy: boolean): Promise<Join> {
  const { CountingWebSocket, count } = countingSockets();
  const client = createClient({
    url,
    namespace: 'bench',
    storage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined },
    WebSocket: CountingWebSocket,
    fetch: async (input, init) =>
      hasCopy || !`${input}`.endsWith('/snapshot')
        ? fetch(input, init)
        : new Response('', { status: 404 }),
  });
  await client.signIn({ email: writer.currentSession!.user.email, password: PASSWORD });
  let connection: Connection | undefined;
  const join = await timed(async () => {
    const started = client.connect();
    connection = started;
    await new Promise<void>((resolve) => {
      started.subscribe(({ status }) => status === 'online' && resolve());
    });
    await untilFilled(started.store, rows);
    return count;
  });
  await connection?.close();
  return join;
}

const PASSWORD = 'an untroubled passphrase for benches';

async function signedUp(url: string): Promise<Client> {
  const client = createClient({ url, namespace: 'bench', WebSocket });
  const credentials = { email: `${crypto.randomUUID()}@example.com`, password: PASSWORD };
  if (!(await client.signUp(credentials))) await client.signIn(credentials);
  return client;
}

/** Returns the text of a copy, and its bytes on the wire. */
async function fetchCopy(url: string, token: string): Promise<{ text: string; bytes: number }> {
  const authorization = `Bearer ${token}`;
  const text = await (await fetch(url, { headers: { authorization } })).text();
  const bytes = await new Promise<number>((resolve, reject) => {
    const headers = { authorization, 'accept-encoding': 'gzip' };
    get(url, { headers }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      response.on('end', () => resolve(length));
    }).on('error', reject);
  });
  return { text, bytes };
}
