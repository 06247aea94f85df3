import { setTimeout as pause } from 'node:timers/promises';
import { NDJSON } from '../../../src/protocol/backup/records.ts';
import type { HashPage, ImportSummary } from '../../../src/protocol/http-api/backups.ts';
import { Failure } from './failure.ts';

/** How long a request may go without a byte, in milliseconds. */
const MAX_SILENCE = 60_000;

/** Pauses before further attempts, in milliseconds. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** The longest pause that a server can ask for. */
const MAX_PAUSE = 120_000;

/** An answer that another attempt may make good, perhaps after `after` milliseconds. */
class Temporary extends Error {
  readonly after: number | undefined;

  constructor(message: string, after?: number) {
    super(message);
    this.after = after;
  }
}

/** A refusal of the server, which no further attempt changes. */
export class Refused extends Failure {
  readonly code: string;
  readonly line: number | undefined;

  constructor(code: string, message: string, line?: number) {
    super('server', message);
    this.code = code;
    this.line = line;
  }
}

/** The operator's routes of one namespace of a service. Throws a {@link Failure}. */
export class Api {
  readonly url: string;
  readonly namespace: string;
  readonly #key: string;
  readonly #pauses: readonly number[];

  constructor(url: string, namespace: string, key: string, pauses: readonly number[] = PAUSES) {
    this.url = url;
    this.namespace = namespace;
    this.#key = key;
    this.#pauses = pauses;
  }

  /** The lines of the next step of a backup, all of them or none. */
  async backUp(cursor: string | null, hasHistory: boolean): Promise<string[]> {
    return this.#repeat(async () => {
      const query = queryOf({ history: hasHistory ? '1' : '0', cursor });
      const text = await this.#ask('GET', `backup${query}`);
      const lines = text.split('\n').slice(0, -1);
      if (!lines.at(-1)?.startsWith('{"kind":"end"')) throw new Temporary('the answer broke off');
      return lines;
    });
  }

  async import(lines: string): Promise<ImportSummary> {
    return JSON.parse(await this.#repeat(() => this.#ask('POST', 'import', lines)));
  }

  async hashes(cursor: string | null): Promise<HashPage> {
    return JSON.parse(await this.#repeat(() => this.#ask('GET', `hashes${queryOf({ cursor })}`)));
  }

  /** The number of accounts; undefined if the key may not ask, or the server is older. */
  async accounts(): Promise<number | undefined> {
    try {
      const { accounts } = JSON.parse(await this.#ask('GET', 'summary'));
      return typeof accounts === 'number' ? accounts : undefined;
    } catch {
      return undefined;
    }
  }

  async #repeat<Value>(attempt: () => Promise<Value>): Promise<Value> {
    for (const wait of [...this.#pauses, undefined]) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Temporary)) throw error;
        if (wait === undefined) throw new Failure('server', `${this.url}: ${error.message}`);
        await pause(Math.min(MAX_PAUSE, Math.max(wait, error.after ?? 0)));
      }
    }
    throw new Error('unreachable');
  }

  async #ask(method: string, path: string, body?: string): Promise<string> {
    const silence = new Silence();
    try {
      const response = await fetch(`${this.url}/admin/${this.namespace}/${path}`, {
        method,
        body: body ?? null,
        redirect: 'error',
        signal: silence.signal,
        headers: {
          Authorization: `Bearer ${this.#key}`,
          ...(body !== undefined && { 'Content-Type': NDJSON }),
        },
      });
      const text = await readText(response, silence);
      if (response.ok) return text;
      throw failureOf(response, text);
    } catch (error) {
      if (error instanceof Temporary || error instanceof Failure) throw error;
      throw new Temporary(reasonOf(error));
    } finally {
      silence.end();
    }
  }
}

/** Aborts a request that has been silent for too long. */
class Silence {
  readonly #controller = new AbortController();
  #timer = this.#start();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  hear(): void {
    this.end();
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start() {
    return setTimeout(() => this.#controller.abort(new Error('no answer in time')), MAX_SILENCE);
  }
}

async function readText({ body }: Response, silence: Silence): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // The types of Node's streams are not those of fetch.
  for await (const chunk of (body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    silence.hear();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function failureOf({ status, headers }: Response, text: string): Error {
  const { error = '', message = '', line } = parse(text);
  const said = message === '' ? `the server answered ${status}` : message;
  if (status < 500 && status !== 429 && status !== 408) return new Refused(error, said, line);
  // What does not fit into memory now may fit later, but not a store that is full.
  const seconds = Number(headers.get('retry-after') ?? 0);
  return new Temporary(said, Number.isFinite(seconds) ? seconds * 1000 : undefined);
}

function parse(text: string): { error?: string; message?: string; line?: number } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || error.message : error.message;
}

/** The query with the parameters that are not null. */
function queryOf(parameters: Record<string, string | null>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? '' : `?${given.join('&')}`;
}
