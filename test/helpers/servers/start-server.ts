import { inject, onTestFinished, TestRunner } from 'vitest';
import { type DevOptions, type DevServer, startDevServer } from '../../../dev/dev-server.ts';

/**
 * Starts the engine of the current test project. A server that a test starts ends with that test,
 * even if the test times out while it waits. Others end with their file.
 */
export async function startServer(options: DevOptions = {}): Promise<DevServer> {
  const testEnd = new AbortController();
  const starting = startDevServer(inject('engine'), { ...options, signal: testEnd.signal });
  if (TestRunner.getCurrentTest()) {
    onTestFinished(async () => {
      testEnd.abort();
      await starting.then(
        (server) => server.kill(),
        () => undefined,
      );
    });
  }
  return starting;
}
