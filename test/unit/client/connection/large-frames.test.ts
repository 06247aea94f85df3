import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Event, Phase } from '../../../../client/connection/state-machine/types.ts';
import { TinyHostError } from '../../../../client/errors.ts';
import {
  FakeNetwork,
  type FakeSocket,
  pass,
} from '../../../helpers/simulated-client/fake-network.ts';
import { reach } from '../../../helpers/simulated-client/machine-world.ts';

/** More than a frame takes on PartyKit. */
const LARGE = 'x'.repeat(1_500_000);

beforeEach(async () => {
  // The client loads it on demand, but fake timers do not wait for that.
  await import('../../../../client/sync/merge-encoded-changes.ts');
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** Connects a client to a server that refuses large frames in this way, and merges manual syncs. */
function connectTo(refuse: (socket: FakeSocket) => void) {
  const network = new FakeNetwork();
  const connection = network.connect({ fragmentSize: 0 });
  const { answer } = network;
  const refused = new Set<FakeSocket>();
  network.take = (socket, frame) => {
    if (frame.length > LARGE.length) {
      refused.add(socket);
      refuse(socket);
    } else if (!refused.has(socket)) network.respond(socket, frame);
  };
  network.answer = (path, signal) => {
    if (path !== 'manual-sync') return answer(path, signal);
    network.store.merge(connection.store);
    return Response.json({
      success: true,
      mergeableContent: network.store.getMergeableContent(),
      timestamp: new Date().toISOString(),
    });
  };
  return { network, connection };
}

test.each<[string, number, (socket: FakeSocket) => void]>([
  ['with close code 1009', 1, (socket) => socket.end(1009)],
  ['with a reset of the connection', 1, (socket) => socket.end(1006)],
  ['with a close frame on a connection that does not end', 1, (socket) => socket.startClosing()],
  ['with silence', 15, () => undefined],
])('content refused %s is sent over HTTP', async (_, seconds, refuse) => {
  const { network, connection } = connectTo(refuse);
  await pass(1);
  connection.store.setCell('notes', 'a', 'text', LARGE);
  await pass(seconds);
  expect(network.calls).toEqual(['ws-ticket', 'manual-sync', 'ws-ticket']);
  expect(network.store.getCell('notes', 'a', 'text')).toBe(LARGE);
  expect(connection.state).toMatchObject({ status: 'online', saved: true });
});

test('a connection that was closed checks no longer whether the server closes it', async () => {
  const { connection } = connectTo(() => undefined);
  await pass(1);
  connection.store.setCell('notes', 'a', 'text', LARGE);
  await pass(1);
  await connection.close();
  await pass(0.01);
  expect(vi.getTimerCount()).toBe(0);
});

describe('after a large frame was sent', () => {
  const LOST: Event = { type: 'failed', reaction: { kind: 'retry' } };
  const reason = new TinyHostError('network', 'no answer');
  const sent = (phase: Phase) => {
    const world = reach(phase);
    world.tell({ type: 'large-frame-sent' });
    return world;
  };

  test.each<[Phase, string, Event]>([
    ['syncing', 'loss', LOST],
    ['online', 'loss', LOST],
    ['syncing', 'timeout', { type: 'timeout' }],
    ['online', 'timeout', { type: 'timeout' }],
  ])('while %s, a %s leads to a manual sync', (phase, _, failure) => {
    const world = sent(phase);
    world.tell(failure);
    expect(world.machine.phase).toBe('manual-sync');
  });

  test('manual syncs have growing delays', () => {
    const world = reach('syncing');
    const pauses = Array.from({ length: 5 }, () => {
      world.tell({ type: 'large-frame-sent' });
      const pause = world.tell(LOST).find((effect) => effect.do === 'back-off')?.milliseconds;
      if (pause) world.tell({ type: 'timeout' });
      for (const type of ['manually-synced', 'authorized', 'opened'] as const) world.tell({ type });
      return pause;
    });
    expect(pauses).toEqual([undefined, 250, 500, 1_000, 2_000]);
  });

  test('a known cause is not mistaken for a refusal of the frame', () => {
    const refused = sent('online');
    refused.tell({ type: 'failed', reaction: { kind: 'refused', reason, again: false } });
    expect(refused.machine.status).toBe('refused');
    const signedOut = sent('online');
    signedOut.tell({ type: 'failed', reaction: { kind: 'signed-out', reason } });
    expect(signedOut.machine.status).toBe('signed-out');
  });

  test('a loss leads to a retry once the server has stored the frame', () => {
    const world = sent('online');
    world.tell({ type: 'saved' });
    world.tell(LOST);
    expect(world.machine).toMatchObject({ phase: 'backing-off', next: 'authorize' });
  });

  test('a loss of the next connection leads to a retry', () => {
    const world = sent('syncing');
    world.tell(LOST);
    for (const type of ['manually-synced', 'authorized', 'opened'] as const) world.tell({ type });
    world.tell(LOST);
    expect(world.machine).toMatchObject({ phase: 'backing-off', next: 'authorize' });
  });
});
