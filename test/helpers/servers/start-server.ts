import { inject } from 'vitest';
import { type DevOptions, type DevServer, startDevServer } from '../../../dev/dev-server.ts';

/** Starts the engine of the current test project. */
export const startServer = (options: DevOptions = {}): Promise<DevServer> =>
  startDevServer(inject('engine'), options);
