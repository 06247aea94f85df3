import { Agent, request } from 'node:http';
import { percentile } from '../sync/statistics.ts';

export interface Rate {
  perSecond: number;
  /** Per second of processor time that the server took; NaN where that cannot be told. */
  perCpuSecond: number;
  /** In milliseconds. */
  p99: number;
}

/**
 * Does `run` over and over for `seconds`, `concurrency` at a time, and asks `cpuSeconds` what the
 * server has had of the processor before and after.
 */
export async function drive(
  concurrency: number,
  seconds: number,
  run: (turn: number) => Promise<void>,
  cpuSeconds: () => number,
): Promise<Rate> {
  const took: number[] = [];
  const cpuBefore = cpuSeconds();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let turn = 0;
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await run(turn++);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  const elapsed = (performance.now() - start) / 1_000;
  return {
    perSecond: took.length / elapsed,
    perCpuSecond: took.length / (cpuSeconds() - cpuBefore),
    p99: percentile(took, 0.99),
  };
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const agent = new Agent({ keepAlive: true });

/** One request over kept connections, which costs the client less than `fetch` does. */
export function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = request(url, { method, agent, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.once('error', reject);
      incoming.once('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }),
      );
    });
    // A server may close a kept connection just when it is taken again.
    outgoing.once('error', (error) =>
      outgoing.reusedSocket ? resolve(send(method, url, headers, body)) : reject(error),
    );
    outgoing.end(json);
  });
}
