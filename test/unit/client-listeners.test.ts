import { expect, onTestFinished, test, vi } from 'vitest';
import { memoryStorage } from '../helpers/clients.ts';
import { CREDENTIALS, clientWith, fails } from '../helpers/stored-client.ts';

test("exceptions of the app's listeners are reported and stop nothing else", async () => {
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
