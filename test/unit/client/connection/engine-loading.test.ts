import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { FakeNetwork } from '../../../helpers/simulated-client/fake-network.ts';

const ENGINE = '../../../../client/connection/connection-engine.ts';

afterEach(() => void vi.doUnmock(ENGINE));

/** Makes the code of the engine unavailable, as without network or after a deploy. */
const hideEngine = () =>
  vi.doMock(ENGINE, () => {
    throw new TypeError('Failed to fetch dynamically imported module');
  });

test('what happens before the engine is loaded takes effect afterwards', async () => {
  const network = new FakeNetwork();
  const connection = network.connect();
  connection.pause();
  connection.store.setValue('early', 1);
  await vi.waitFor(() => expect(connection.state.status).toBe('offline'));
  expect(network.calls).toEqual([]);
  connection.resume();
  await vi.waitFor(() => expect(connection.state.status).toBe('online'));
  expect(connection.state.saved).toBe(false);
});

test('a connection that is closed before the engine is loaded never starts', async () => {
  const network = new FakeNetwork();
  const connection = network.connect();
  const saved = expect(connection.saved()).rejects.toMatchObject({ code: 'closed' });
  await connection.close();
  expect(connection.state).toMatchObject({ status: 'offline', reason: { code: 'closed' } });
  await saved;
  await expect(connection.saved()).rejects.toMatchObject({ code: 'closed' });
  expect(network.calls).toEqual([]);
});

test('a sign-out before the engine is loaded ends the connection', async () => {
  const network = new FakeNetwork();
  network.answer = () => Response.json({ success: true });
  const client = network.client();
  const connection = client.connect();
  const saved = expect(connection.saved()).rejects.toMatchObject({ code: 'signed_out' });
  await client.signOut();
  expect(connection.state.status).toBe('signed-out');
  await saved;
  expect(network.calls).not.toContain('ws-ticket');
});

/** A connection that pauses before it requests the code of the engine again. */
async function pausing() {
  hideEngine();
  const network = new FakeNetwork();
  const client = network.client();
  const set = vi.spyOn(globalThis, 'setTimeout');
  const clear = vi.spyOn(globalThis, 'clearTimeout');
  onTestFinished(() => void vi.restoreAllMocks());
  const connection = client.connect();
  await vi.waitFor(() => expect(connection.state.status).toBe('offline'));
  const pause = set.mock.calls.findIndex(([, delay]) => delay === 1_000);
  const expectNoPause = () => expect(clear).toHaveBeenCalledWith(set.mock.results[pause]!.value);
  return { network, client, connection, expectNoPause };
}

test.each(['close', 'signOut'] as const)(
  '%s ends the pause before the code of the engine is requested again',
  async (action) => {
    const { network, client, connection, expectNoPause } = await pausing();
    network.answer = () => Response.json({ success: true });
    const saved = expect(connection.saved()).rejects.toThrow();
    await (action === 'close' ? connection.close() : client.signOut());
    expectNoPause();
    await saved;
  },
);

test('resume requests the code of the engine at once', async () => {
  const { connection, expectNoPause } = await pausing();
  vi.doUnmock(ENGINE);
  connection.resume();
  expectNoPause();
  await vi.waitFor(() => expect(connection.state.status).toBe('online'));
});

test('if the code of the engine is missing, the connection is offline and tries again', async () => {
  hideEngine();
  const network = new FakeNetwork();
  const connection = network.connect();
  await vi.waitFor(() => expect(connection.state.status).toBe('offline'));
  expect(connection.state.reason).toMatchObject({ code: 'network', status: 0 });
  expect(connection.state.retryAt).toBeGreaterThan(Date.now());
  connection.store.setValue('early', 1);
  const signal = AbortSignal.abort(new Error('no longer needed'));
  await expect(connection.saved({ signal })).rejects.toThrow('no longer needed');
  vi.doUnmock(ENGINE);
  await vi.waitFor(() => expect(connection.state.status).toBe('online'), 5_000);
  expect(connection.store.getValue('early')).toBe(1);
});
