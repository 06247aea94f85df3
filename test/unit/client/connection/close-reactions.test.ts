import { expect, test } from 'vitest';
import {
  reactionToClose,
  reactionToFailure,
} from '../../../../client/connection/close-reactions.ts';
import { TinyHostError } from '../../../../client/errors.ts';
import { CLOSE, type CloseName } from '../../../../src/protocol/close-codes.ts';

test.each<[CloseName, string]>([
  ['invalidFrame', 'retry'],
  ['messageTooLarge', 'manual-sync'],
  ['internalError', 'retry'],
  ['tooManyFrames', 'retry'],
  ['sessionEnded', 'signed-out'],
  ['accountDeleted', 'signed-out'],
  ['accountDisabled', 'signed-out'],
  ['tooManyDevices', 'refused'],
  ['storeFull', 'refused'],
  ['multiplexUnsupported', 'refused'],
  ['newerFormat', 'refused'],
])('a socket closed for %s leads to %s', (name, kind) => {
  const reaction = reactionToClose(CLOSE[name].code);
  expect(reaction.kind).toBe(kind);
  if ('reason' in reaction) {
    expect(reaction.reason).toMatchObject({ code: name, message: CLOSE[name].reason });
  }
});

test('close codes of others than the server are retried', () => {
  for (const code of [1000, 1001, 1005, 1006, 4999]) {
    expect(reactionToClose(code)).toEqual({ kind: 'retry' });
  }
});

test.each([
  [401, 'unauthorized', 'signed-out'],
  [403, 'email_unverified', 'refused'],
  [404, 'not_found', 'refused'],
  [0, 'unsupported', 'refused'],
  [403, 'forbidden_origin', 'refused'],
  [413, 'payload_too_large', 'refused'],
  [408, 'request_timeout', 'retry'],
  [429, 'too_many_requests', 'retry'],
  [500, 'internal', 'retry'],
  [503, 'overloaded', 'retry'],
  [507, 'store_full', 'refused'],
  [0, 'network', 'retry'],
  [0, 'timeout', 'retry'],
  [200, 'invalid_answer', 'retry'],
  [401, 'invalid_answer', 'retry'],
  [404, 'invalid_answer', 'retry'],
  [507, 'invalid_answer', 'retry'],
] as const)('a call that fails with %i %s leads to %s', (status, code, kind) => {
  expect(reactionToFailure(new TinyHostError(code, '', { status })).kind).toBe(kind);
});

test('only refusals that may pass by themselves are retried', () => {
  const again = (Object.keys(CLOSE) as CloseName[]).filter((name) => {
    const reaction = reactionToClose(CLOSE[name].code);
    return reaction.kind === 'refused' && reaction.again;
  });
  expect(again).toEqual(['tooManyDevices', 'storeFull', 'newerFormat']);
});
