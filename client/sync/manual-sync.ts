import type { MergeableContent, MergeableStore } from 'tinybase';
import { getHlcFunctions } from 'tinybase/common';
import { MERGED_CONTENT } from '../../src/protocol/answer-shapes.ts';
import type { MergedContent } from '../../src/protocol/answers.ts';
import type { StampPath } from '../../src/protocol/notice.ts';
import { DELETED, JSON_MARK } from '../../src/protocol/stamps.ts';
import { headersOf } from '../api/http-client.ts';
import { withDeadline } from '../common/deadline.ts';
import type { DeferredWrites } from '../connection/state-machine-types.ts';
import type { ClientContext } from '../context.ts';
import { failureOf, TinyHostError } from '../errors.ts';
import type { Session } from '../session/session-keeper.ts';

export interface ManualSyncOptions {
  signal: AbortSignal;
  /** How long it may make no progress, in milliseconds. */
  timeoutMs?: number;
  /** Called with how much of the content is sent, 0 to 1. */
  onProgress(part: number): void;
}

/**
 * Exchanges the whole content over HTTP, for what is too large for the socket. The answer is
 * merged, not put in place of the store, so what the app wrote meanwhile stays. Deletions are
 * sent as TinyBase's frames spell them, since plain JSON would make nulls of them; those that
 * only the server has come with the socket, afterwards. Resolves with what the server refused.
 */
export async function manualSync(
  client: ClientContext,
  session: Session,
  store: MergeableStore,
  { onProgress, ...options }: ManualSyncOptions,
): Promise<DeferredWrites | undefined> {
  const content = store.getMergeableContent();
  const body = JSON.stringify({ mergeableContent: content }, (_, value) =>
    value === undefined ? DELETED : value,
  );
  onProgress(0);
  const call = { body, token: session.session_uuid, ...options };
  const answer = await (typeof XMLHttpRequest === 'undefined'
    ? client.http.call('manual-sync', MERGED_CONTENT, call)
    : upload(client, { ...call, onProgress }));
  onProgress(1);
  await merge(store, answer);
  return deferredWrites(answer.refused, content, client.clock.now());
}

/** TinyBase hashes objects and arrays encoded, but lists them decoded. */
async function merge(store: MergeableStore, { mergeableContent }: MergedContent): Promise<void> {
  const [[tables], [values]] = mergeableContent as unknown as MergeableContent;
  const rows = Object.values(tables).flatMap(([rows]) => Object.values(rows));
  for (const [cells] of rows) encode(cells);
  encode(values);
  // It brings a part of TinyBase that few apps ever need.
  const { mergeEncoded } = await import('./merge-encoded.ts');
  await mergeEncoded(store, [...mergeableContent, 1] as never);
}

function encode(stamps: { [id: string]: [content: unknown, ...others: unknown[]] }): void {
  for (const stamp of Object.values(stamps)) {
    const [content] = stamp;
    if (typeof content === 'object' && content !== null) {
      stamp[0] = JSON_MARK + JSON.stringify(content);
    }
  }
}

/** How far ahead of its clock the server takes a stamp by default, in milliseconds. */
const USUAL_ALLOWANCE = 240_000;

/** Why stamps were refused, and when the first of them can be taken if nothing else is set. */
function deferredWrites(
  paths: StampPath[] = [],
  [[tables], [values]]: MergeableContent,
  serverTime: number,
): DeferredWrites | undefined {
  if (paths.length === 0) return undefined;
  const times = paths.map(([table, row, cell]) => {
    const stamp = row ? tables[table]?.[0][row]?.[0][cell!] : values[table];
    return decodeHlc(stamp?.[1] ?? '')[0];
  });
  const message = 'what was written too far in the future is not taken yet';
  const reason = new TinyHostError('clock_ahead', message);
  const wait = Math.min(...times) - USUAL_ALLOWANCE - serverTime;
  return { reason, until: performance.now() + wait };
}

const [, , , decodeHlc] = getHlcFunctions('');

/** What fetch cannot do yet: tell how much of a body is sent. */
const upload = (
  client: ClientContext,
  { body, token, onProgress, ...options }: ManualSyncOptions & { body: string; token: string },
): Promise<MergedContent> =>
  withDeadline(options, (signal, prolong) => {
    const request = new XMLHttpRequest();
    signal.addEventListener('abort', () => request.abort());
    request.upload.onprogress = ({ loaded, total }) => {
      prolong();
      onProgress(loaded / total);
    };
    request.onprogress = () => prolong();
    request.open('POST', `${client.http.url}/manual-sync`);
    request.responseType = 'json';
    for (const [name, value] of Object.entries(headersOf(token, true))) {
      request.setRequestHeader(name, value);
    }
    request.send(body);
    return new Promise((resolve, reject) => {
      request.onloadend = () => {
        const { status, response } = request;
        const retryAfter = request.getResponseHeader('retry-after');
        const failure = failureOf(status, response, MERGED_CONTENT, retryAfter);
        if (failure) reject(failure);
        else resolve(response);
      };
    });
  });
