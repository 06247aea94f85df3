import type { MergeableContent, MergeableStore } from 'tinybase';
import { DELETED } from '../src/protocol/stamps.ts';
import { withDeadline } from './deadline.ts';
import { errorOf, TinyHostError } from './errors.ts';
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
    ? server.http.call<Answer>('manual-sync', { body, token, signal })
    : upload(server, { body, token, signal, onProgress }));
  onProgress(1);
  store.applyMergeableChanges(answer.mergeableContent as never);
}

interface Answer {
  mergeableContent: MergeableContent;
}

/** What fetch cannot do yet: tell how much of a body is sent. */
const upload = (
  server: Server,
  { body, token, signal, onProgress }: ManualSyncOptions & { body: string; token: string },
): Promise<Answer> =>
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
        if (request.status === 200) resolve(request.response);
        else reject(failureOf(request));
      };
    });
  });

const failureOf = (request: XMLHttpRequest): TinyHostError =>
  request.status === 0
    ? new TinyHostError('network', 'the server could not be reached')
    : errorOf(request.status, request.response, request.getResponseHeader('retry-after'));
