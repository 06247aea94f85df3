import { beforeEach, expect, test, vi } from 'vitest';
import {
  FakeNetwork,
  type FakeSocket,
  pass,
} from '../../../helpers/simulated-client/fake-network.ts';

let network: FakeNetwork;
beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeNetwork();
  return () => vi.useRealTimers();
});

const FRAMES = [
  ['a page', '<!doctype html><title>Sign in to this network</title>'],
  ['nothing', ''],
  ['a frame that is cut off', 'S\n["an-id",3,[[{"tasks":[{"a":[{"title":["wri'],
  ['JSON of another service', '{"type":"welcome","sid":17}'],
  ['a message of another kind', 'S\n[null,99,{"a":1}]'],
  ['a message without a body', 'S\n[null,3]'],
  ['a change that is no change', 'S\n[null,3,"<html>"]'],
  ['a fragment without an end', '5000\n1,4,'],
];

test.each(FRAMES)(
  'a frame of a proxy that is %s costs no edit and no session',
  async (_, frame) => {
    const connection = network.connect();
    await pass(1);
    expect(connection.state.status).toBe('online');
    expect(() => network.live[0]!.receiveText(frame!)).not.toThrow();
    connection.store.setValue('note', 'written after it');
    await pass(120);
    expect(connection.state).toMatchObject({ status: 'online', saved: true });
    expect(network.store.getValue('note')).toBe('written after it');
    await connection.close();
  },
);

test.each(FRAMES)(
  'a proxy that answers every frame with %s is retried after pauses',
  async (_, frame) => {
    network.take = (socket: FakeSocket) => socket.receiveText(frame!);
    const connection = network.connect();
    const saved = vi.fn();
    void connection.saved().then(saved, saved);
    await pass(120);
    expect(network.sockets.length).toBeGreaterThan(1);
    expect(network.sockets.length).toBeLessThan(20);
    expect(connection.state.status).not.toBe('signed-out');
    expect(saved).not.toHaveBeenCalled();
    network.take = (socket, sent) => network.respond(socket, sent);
    await pass(180);
    expect(connection.state).toMatchObject({ status: 'online', saved: true });
    await connection.close();
  },
);
