import { expect, test, vi } from 'vitest';
import { resendRefused } from '../../helpers/servers/resend-refused.ts';

const REFUSAL = 'Your worker restarted mid-request. Please try sending the request again.';
const refusal = () => new Response(REFUSAL, { status: 503 });
const URL = 'http://127.0.0.1/todo/sign-up';

const answering = (...responses: Response[]) =>
  vi.fn<typeof fetch>(async () => responses.shift() ?? Response.json('done'));

test('a request that the proxy of wrangler dev refused is sent again', async () => {
  const send = answering(refusal(), refusal());
  const response = await resendRefused(send)(URL, { method: 'POST', body: '{}' });
  expect(await response.json()).toBe('done');
  expect(send.mock.calls).toEqual(Array(3).fill([URL, { method: 'POST', body: '{}' }]));
});

test('a refusal that does not end, that comes from the service, or of a stream is returned', async () => {
  const send = answering(...Array.from({ length: 9 }, refusal));
  expect((await resendRefused(send)(URL)).status).toBe(503);
  expect(send).toHaveBeenCalledTimes(4);
  const overloaded = answering(Response.json({ error: 'overloaded' }, { status: 503 }));
  expect(await (await resendRefused(overloaded)(URL)).json()).toEqual({ error: 'overloaded' });
  expect(overloaded).toHaveBeenCalledTimes(1);
  const streamed = answering(refusal());
  const init = { method: 'POST', body: new ReadableStream(), duplex: 'half' } as RequestInit;
  expect(await (await resendRefused(streamed)(URL, init)).text()).toBe(REFUSAL);
  expect(streamed).toHaveBeenCalledTimes(1);
});
