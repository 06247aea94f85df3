import type { MergeableContent, MergeableStore } from 'tinybase';
import { getHlcFunctions } from 'tinybase/common';
import { MERGED_CONTENT } from '../../src/protocol/http-api/response-examples.ts';
import type { StampPath } from '../../src/protocol/notice.ts';
import { stringifyStamps } from '../../src/protocol/stamps.ts';
import { upload } from '../api/upload.ts';
import type { ClientContext } from '../context.ts';
import { TinyHostError } from '../errors.ts';
import type { Session } from '../session/stored-session.ts';

export interface ManualSyncOptions {
  signal: AbortSignal;
  /** Milliseconds without progress before it rejects with the code `timeout`. */
  timeoutMs?: number;
  /** Called with the part of the content that has been sent, from 0 to 1. */
  onProgress(part: number): void;
  /** Called with the paths of the writes that this member may not make, if there are any. */
  onForbidden?(paths: StampPath[]): void;
}

/** Writes that the server does not accept yet, because their stamps are too far in the future. */
export interface DeferredWrites {
  reason: TinyHostError;
  /** When the server may accept the first of them, in milliseconds of `performance.now()`. */
  until: number;
}

/**
 * Exchanges the whole content over HTTP when something is too large for the socket. The response is
 * merged into the store, so writes that the app makes meanwhile are kept. Deletions are sent in the
 * encoding of TinyBase's frames, because plain JSON would turn them into null. Deletions that only
 * the server has arrive later, through the socket. Resolves with the writes that the server
 * deferred, if any. Rejects with a `TinyHostError` or the abort reason.
 */
export async function manualSync(
  client: Pick<ClientContext, 'http' | 'clock'>,
  session: Session,
  store: MergeableStore,
  { onProgress, onForbidden, ...options }: ManualSyncOptions,
): Promise<DeferredWrites | undefined> {
  const content = store.getMergeableContent();
  const body = stringifyStamps({ mergeableContent: content });
  onProgress(0);
  const call = { body, token: session.session_uuid, ...options };
  const response = await (typeof XMLHttpRequest === 'undefined'
    ? client.http.call('manual-sync', MERGED_CONTENT, call)
    : upload(`${client.http.url}/manual-sync`, MERGED_CONTENT, { ...call, onProgress }));
  onProgress(1);
  // Loaded on demand: it imports TinyBase's persisters, which most apps do not need.
  const { mergeContent } = await import('./merge-encoded-changes.ts');
  await mergeContent(store, response.mergeableContent as unknown as MergeableContent);
  if (response.forbidden?.length) onForbidden?.(response.forbidden);
  return deferredWrites(response.refused, content, client.clock.now());
}

/** How far a stamp may be ahead of the server's clock by default, in milliseconds. */
const DEFAULT_TOLERANCE_MS = 240_000;

/**
 * Returns why stamps were refused, and when the server with the default tolerance accepts the
 * first.
 */
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
  const message = 'writes too far in the future are not accepted yet';
  const reason = new TinyHostError('clock_ahead', message);
  const delay = Math.min(...times) - DEFAULT_TOLERANCE_MS - serverTime;
  return { reason, until: performance.now() + delay };
}

const [, , , decodeHlc] = getHlcFunctions('');
