import { Agent, request } from 'node:http';
import { percentile } from '../sync/statistics.ts';

export interface Rate {
  perSecond: number;
  /** Requests per second of the server's CPU time; NaN if /proc is not available. */
  perCpuSecond: number;
  /** In milliseconds. */
  p99: number;
}

/**
 * Calls `run` repeatedly for `seconds`, with `concurrency` calls in flight. `cpuSeconds` returns
 * the CPU time that the server has used so far.
 */
export async function generateLoad(
  concurrency: number,
  seconds: number,
  run: (iteration: number) => Promise<void>,
  cpuSeconds: () => number,
): Promise<Rate> {
  const latencies: number[] = [];
  const cpuBefore = cpuSeconds();
  const start = performance.now();
  const end = start + seconds * 1_000;
  let iteration = 0;
  const client = async () => {
    while (performance.now() < end) {
      const began = performance.now();
      await run(iteration++);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  const elapsed = (performance.now() - start) / 1_000;
  return {
    perSecond: latencies.length / elapsed,
    perCpuSecond: latencies.length / (cpuSeconds() - cpuBefore),
    p99: percentile(latencies, 0.99),
  };
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const agent = new Agent({ keepAlive: true });

/** Sends one request over a keep-alive connection. This costs the client less than `fetch`. */
export function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<HttpResponse> {
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
    // The server may close an idle connection just as the agent reuses it.
    outgoing.once('error', (error) =>
      outgoing.reusedSocket ? resolve(send(method, url, headers, body)) : reject(error),
    );
    outgoing.end(json);
  });
}
