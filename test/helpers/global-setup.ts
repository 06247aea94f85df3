import type { TestProject } from 'vitest/node';
import { startPartykitDev } from './partykit-dev.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The `partykit dev` that all test files share; each test makes users of its own. */
    url: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPartykitDev({
    vars: { HEARTBEAT_SECONDS: 1, AUTH_REQUESTS_PER_MINUTE: 0 },
  });
  project.provide('url', server.url);
  return () => server.stop();
}
