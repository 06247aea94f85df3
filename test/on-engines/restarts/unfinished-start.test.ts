import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../dev/free-port.ts';
import { startServer } from '../../helpers/servers/start-server.ts';

/** No server answers with this status, so the wait for it does not end. */
const NEVER = 299;

test('a server that is still awaited when its test ends is killed', async () => {
  const port = await freePort();
  const health = `http://127.0.0.1:${port}/health`;
  let starting: Promise<unknown> | undefined;
  // The last registered clean-up runs first, so this one runs after that of `startServer`.
  onTestFinished(async () => {
    await expect(fetch(health)).rejects.toThrow('fetch failed');
    expect(await starting).toContain('the dev server did not come up');
  });
  starting = startServer({ port, status: NEVER }).catch(String);
  await vi.waitFor(() => fetch(health), { timeout: 25_000 });
});
