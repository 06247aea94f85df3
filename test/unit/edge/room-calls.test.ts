import { expect, test } from 'vitest';
import { refuse, resultOf } from '../../../src/operations/room-calls.ts';
import { fail } from '../../../src/protocol/errors.ts';

test('a response of a room is forwarded, with or without a body', async () => {
  for (const response of [Response.json({ a: 1 }), new Response(null, { status: 304 })]) {
    expect(await resultOf(response)).toEqual({ ok: true, value: response });
  }
});

test('a refusal by a room is a failure', async () => {
  const failure = fail('store_full', 'no room left');
  expect(await resultOf(refuse(failure))).toEqual(failure);
});

test('a refusal keeps its code when an engine removes the body, as for HEAD', async () => {
  const { status, headers } = refuse(fail('not_found', 'there is no such store'));
  const refusal = await resultOf(new Response(null, { status, headers }));
  expect(refusal).toMatchObject({ ok: false, error: 'not_found' });
});

test.each([404, 500])('the message of a failing room is not forwarded: %i', async (status) => {
  const broken = resultOf(new Response('a secret detail', { status }));
  await expect(broken).rejects.toThrow(`a room answered ${status}`);
});
