import { expect, onTestFinished, test, vi } from 'vitest';
import { resendRefused } from '../../helpers/servers/resend-refused.ts';

const REFUSAL = 'Your worker restarted mid-request. Please try sending the request again.';
const refusal = () => new Response(REFUSAL, { status: 503 });
const SIGN_UP = 'http://127.0.0.1/todo/sign-up';

const answering = (...responses: Response[]) =>
  vi.fn<typeof fetch>(async () => responses.shift() ?? Response.json('done'));

test('a request that the proxy of wrangler dev refused is sent again', async () => {
  const send = answering(refusal(), refusal());
  const response = await resendRefused(send)(SIGN_UP, { method: 'POST', body: '{}' });
  expect(await response.json()).toBe('done');
  expect(send.mock.calls).toEqual(Array(3).fill([SIGN_UP, { method: 'POST', body: '{}' }]));
});

test('a refusal that does not end, that comes from the service, or of a stream is returned', async () => {
  const send = answering(...Array.from({ length: 9 }, refusal));
  expect((await resendRefused(send)(SIGN_UP)).status).toBe(503);
  expect(send).toHaveBeenCalledTimes(4);
  const overloaded = answering(Response.json({ error: 'overloaded' }, { status: 503 }));
  expect(await (await resendRefused(overloaded)(SIGN_UP)).json()).toEqual({ error: 'overloaded' });
  expect(overloaded).toHaveBeenCalledTimes(1);
  const streamed = answering(refusal());
  const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit;
  expect(await (await resendRefused(streamed)(SIGN_UP, init)).text()).toBe(REFUSAL);
  expect(streamed).toHaveBeenCalledTimes(1);
});

test('a request that waits in the proxy is followed by others', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let release: (response: Response) => void;
  const waiting = new Promise<Response>((resolve) => {
    release = resolve;
  });
  const send = vi.fn<typeof fetch>(async (input) => {
    if (input === SIGN_UP) return waiting;
    release(Response.json('done'));
    return Response.json('healthy');
  });
  const answer = resendRefused(send)(SIGN_UP);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await (await answer).json()).toBe('done');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(send).toHaveBeenCalledTimes(2);
});
