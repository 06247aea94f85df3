import { expect, test } from 'vitest';
import { fail } from '../../../src/protocol/errors.ts';
import { refuse, resultOf } from '../../../src/room-calls.ts';

test('a response of a room is handed on, one without a body too', async () => {
  for (const response of [Response.json({ a: 1 }), new Response(null, { status: 304 })]) {
    expect(await resultOf(response)).toEqual({ ok: true, value: response });
  }
});

test('a refusal of a room is a failure', async () => {
  const failure = fail('store_full', 'no room left');
  expect(await resultOf(refuse(failure))).toEqual(failure);
});

test.each([404, 500])('what a broken room says goes no further: %i', async (status) => {
  const broken = resultOf(new Response('a secret detail', { status }));
  await expect(broken).rejects.toThrow(`a room answered ${status}`);
});
