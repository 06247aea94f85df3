import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryStorage } from '../../../helpers/devices/clients.ts';
import { FakeNetwork, pass } from '../../../helpers/simulated-client/fake-network.ts';
import { CREDENTIALS, clientWith, fails } from '../../../helpers/simulated-client/stored-client.ts';

test('exceptions in listeners of the session are reported and stop nothing else', async () => {
  const shown = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  onTestFinished(() => shown.mockRestore());
  const { client } = clientWith({
    storage: { ...memoryStorage(), setItem: fails },
    onStorageError() {
      throw new Error('a mistake of the app');
    },
  });
  const seen: (string | undefined)[] = [];
  client.subscribe(() => {
    throw new Error('another mistake');
  });
  client.subscribe((session) => seen.push(session?.session_uuid));
  await client.signIn(CREDENTIALS);
  expect(seen).toEqual(['session-1']);
  expect(shown.mock.calls.flat().map(String).sort()).toEqual([
    'Error: a mistake of the app',
    'Error: another mistake',
  ]);
});

test('an exception in a listener of the state does not stop the connection', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const network = new FakeNetwork();
  const reported = vi.spyOn(console, 'error').mockReturnValue();
  onTestFinished(() => reported.mockRestore());
  const connection = network.connect();
  connection.subscribe(() => {
    throw new Error('of the app');
  });
  await pass(1);
  expect(connection.state.status).toBe('online');
  expect(reported).toHaveBeenCalledWith(new Error('of the app'));
});
