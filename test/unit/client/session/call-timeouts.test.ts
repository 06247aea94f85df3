import { createMergeableStore } from 'tinybase';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { HttpClient } from '../../../../client/api/http-client.ts';
import { ServerClock } from '../../../../client/api/server-clock.ts';
import type { TinyHostError } from '../../../../client/errors.ts';
import { CurrentSession } from '../../../../client/session/current-session.ts';
import { SafeStorage } from '../../../../client/session/safe-storage.ts';
import { manualSync } from '../../../../client/sync/manual-sync.ts';
import { CONFIRMATION } from '../../../../src/protocol/http-api/response-examples.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const URL_OF_APP = new URL('https://sync.example.com/todo');
const http = (fetch: typeof globalThis.fetch) =>
  new HttpClient(`${URL_OF_APP}`, fetch, new ServerClock());

/** A fetch that never answers and ignores its signal. */
const dead: typeof fetch = () => new Promise(() => undefined);

/** Records the outcome of a call. */
function watch(call: Promise<unknown>) {
  const watched: { ended?: string; value?: unknown } = {};
  call.then(
    (value) => Object.assign(watched, { ended: 'answered', value }),
    (error: TinyHostError) => Object.assign(watched, { ended: error.code ?? error }),
  );
  return watched;
}

/** A response whose body the test sends in chunks. */
function slowAnswer() {
  let body!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller;
    },
  });
  const encoder = new TextEncoder();
  return {
    response: new Response(stream),
    send: (text: string) => body.enqueue(encoder.encode(text)),
    end: () => body.close(),
  };
}

test('a call without a response times out after 30 seconds, even if fetch ignores its signal', async () => {
  const call = watch(http(dead).call('ws-ticket', CONFIRMATION));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(call.ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(call.ended).toBe('timeout');
  expect(vi.getTimerCount()).toBe(0);
});

test('a call can have its own timeout, which may exceed the maximum of setTimeout', async () => {
  const short = watch(http(dead).call('ws-ticket', CONFIRMATION, { timeoutMs: 5_000 }));
  const endless = watch(
    http(dead).call('ws-ticket', CONFIRMATION, { timeoutMs: Number.POSITIVE_INFINITY }),
  );
  await vi.advanceTimersByTimeAsync(5_000);
  expect(short.ended).toBe('timeout');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(endless.ended).toBeUndefined();
});

test('the request of a timed-out call is aborted', async () => {
  let signal: AbortSignal | null | undefined;
  const fetch: typeof globalThis.fetch = (_, init) => {
    signal = init?.signal;
    return new Promise(() => undefined);
  };
  watch(http(fetch).call('session', CONFIRMATION));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(signal?.aborted).toBe(true);
});

test('a response times out only when it makes no progress', async () => {
  const moving = slowAnswer();
  const stuck = slowAnswer();
  const moved = watch(http(async () => moving.response).call('export', CONFIRMATION));
  const stopped = watch(http(async () => stuck.response).call('export', CONFIRMATION));
  stuck.send('{"success":');
  for (const piece of ['{"success"', ':true', ',"message":"é', '"}']) {
    await vi.advanceTimersByTimeAsync(20_000);
    moving.send(piece);
  }
  moving.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(moved).toEqual({ ended: 'answered', value: { success: true, message: 'é' } });
  expect(stopped.ended).toBe('timeout');
  expect(vi.getTimerCount()).toBe(0);
});

test('a large body extends the timeout to what a slow network needs', async () => {
  const call = watch(http(dead).call('manual-sync', CONFIRMATION, { body: 'x'.repeat(1_600_000) }));
  await vi.advanceTimersByTimeAsync(129_999);
  expect(call.ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(call.ended).toBe('timeout');
});

test('an aborted call rejects at once with the reason, and leaves no timer', async () => {
  const controller = new AbortController();
  const reason = new Error('changed my mind');
  const call = watch(http(dead).call('session', CONFIRMATION, { signal: controller.signal }));
  controller.abort(reason);
  await vi.advanceTimersByTimeAsync(0);
  expect(call.ended).toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});

/** Replaces XMLHttpRequest. Returns the requests that were sent. */
function stubRequests() {
  const sent: FakeRequest[] = [];
  class FakeRequest {
    readonly upload: { onprogress?(event: { loaded: number; total: number }): void } = {};
    onprogress?(): void;
    onloadend?(): void;
    aborted = false;
    status = 0;
    open() {}
    setRequestHeader() {}
    send() {
      sent.push(this);
    }
    abort() {
      this.aborted = true;
    }
  }
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  onTestFinished(() => void vi.unstubAllGlobals());
  return sent;
}

test('an upload in a browser times out only when it makes no progress, and is then aborted', async () => {
  const sent = stubRequests();
  const context = {
    http: http(dead),
    sessions: new CurrentSession('key', new SafeStorage(undefined)),
    clock: new ServerClock(),
    copies: new Set<never>(),
    WebSocket: undefined,
    supportsTickets: true,
  };
  const user = { email: 'ada@example.com', created_at: '', login_time: '' };
  const progress: number[] = [];
  const { signal } = new AbortController();
  const onProgress = (part: number) => void progress.push(part);
  const upload = watch(
    manualSync(context, { session_uuid: 'a', user }, createMergeableStore(), {
      signal,
      onProgress,
    }),
  );
  for (const loaded of [1, 2, 3]) {
    await vi.advanceTimersByTimeAsync(20_000);
    sent[0]!.upload.onprogress?.({ loaded, total: 4 });
  }
  await vi.advanceTimersByTimeAsync(29_999);
  expect(upload.ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(upload.ended).toBe('timeout');
  expect(sent[0]!.aborted).toBe(true);
  expect(progress).toEqual([0, 0.25, 0.5, 0.75]);
});
