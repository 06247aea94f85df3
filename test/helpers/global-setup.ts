import type { TestProject } from 'vitest/node';
import type { Engine } from '../../src/platform.ts';
import { startDevServer } from './dev-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The engine that the running test file is about. */
    engine: Engine;
    /** The dev server that all test files share; each test makes users of its own. */
    url: string;
  }
}

/** Starts the dev server of the engine that a project is named for. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = project.name as Engine;
  const server = await startDevServer(engine, {
    vars: { HEARTBEAT_SECONDS: 1, AUTH_REQUESTS_PER_MINUTE: 0 },
  });
  project.provide('engine', engine);
  project.provide('url', server.url);
  return () => server.stop();
}
