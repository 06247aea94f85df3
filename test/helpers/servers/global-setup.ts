import type { TestProject } from 'vitest/node';
import { type Bundle, deployTo } from '../../../dev/deployments.ts';
import { startDevServer } from '../../../dev/dev-server.ts';
import type { Engine } from '../../../src/platform.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The engine that the running test file is about. */
    engine: Engine;
    /** The server that all test files share; each test makes users of its own. */
    url: string;
    /** What was deployed, where tests run against that. */
    bundle: Bundle;
  }
}

const VARS = { HEARTBEAT_SECONDS: 1, AUTH_REQUESTS_PER_MINUTE: 0 };

/** Starts what a project is named for: an engine's dev server, or what a deploy to it uploads. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [engine, deployed] = project.name.split(' ') as [Engine, 'deployed'?];
  const server = deployed
    ? await deploy(project, engine)
    : await startDevServer(engine, { vars: VARS });
  project.provide('engine', engine);
  project.provide('url', server.url);
  return () => server.stop();
}

async function deploy(project: TestProject, engine: Engine) {
  const deployment = await deployTo[engine](VARS);
  project.provide('bundle', deployment.bundle);
  const { bytes, gzipBytes, startMs } = deployment.bundle;
  console.log(`${engine}: deploys ${bytes} bytes (${gzipBytes} gzipped), up in ${startMs} ms`);
  return deployment;
}
