import type { MergeableStore } from 'tinybase';
import { MERGED_CONTENT } from '../src/protocol/answer-shapes.ts';
import type { MergedContent } from '../src/protocol/answers.ts';
import { DELETED } from '../src/protocol/stamps.ts';
import { withDeadline } from './deadline.ts';
import { failureOf } from './errors.ts';
import { headersOf } from './http.ts';
import type { Server } from './server.ts';
import type { Session } from './session.ts';

export interface ManualSyncOptions {
  signal: AbortSignal;
  /** Called with how much of the content is sent, 0 to 1. */
  onProgress(part: number): void;
}

/**
 * Exchanges the whole content over HTTP, for what is too large for the socket. The answer is
 * merged, not put in place of the store, so what the app wrote meanwhile stays. Deletions are
 * sent as TinyBase's frames spell them, since plain JSON would make nulls of them; those that
 * only the server has come with the socket, afterwards.
 */
export async function manualSync(
  server: Server,
  session: Session,
  store: MergeableStore,
  { signal, onProgress }: ManualSyncOptions,
): Promise<void> {
  const body = JSON.stringify({ mergeableContent: store.getMergeableContent() }, (_, value) =>
    value === undefined ? DELETED : value,
  );
  onProgress(0);
  const token = session.session_uuid;
  const answer = await (typeof XMLHttpRequest === 'undefined'
    ? server.http.call('manual-sync', MERGED_CONTENT, { body, token, signal })
    : upload(server, { body, token, signal, onProgress }));
  onProgress(1);
  store.applyMergeableChanges(answer.mergeableContent as never);
}

/** What fetch cannot do yet: tell how much of a body is sent. */
const upload = (
  server: Server,
  { body, token, signal, onProgress }: ManualSyncOptions & { body: string; token: string },
): Promise<MergedContent> =>
  withDeadline({ signal }, (signal, prolong) => {
    const request = new XMLHttpRequest();
    signal.addEventListener('abort', () => request.abort());
    request.upload.onprogress = ({ loaded, total }) => {
      prolong();
      onProgress(loaded / total);
    };
    request.onprogress = () => prolong();
    request.open('POST', `${server.http.url}/manual-sync`);
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
