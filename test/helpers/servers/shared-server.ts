import type { TestProject } from 'vitest/node';
import { type Bundle, deployTo } from '../../../dev/deployments.ts';
import { startDevServer } from '../../../dev/dev-server.ts';
import { BUILD_DASHBOARD, runNode } from '../../../dev/run-node.ts';
import { OPERATOR_KEY } from '../../../src/edge/openapi/examples.ts';
import type { Engine } from '../../../src/platform.ts';
import { provideEngine } from './tested-engine.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server that all test files share. Each test creates its own users. */
    url: string;
    /** The deployed bundle, in the projects that test a deployment. */
    bundle: Bundle;
  }
}

const VARS = { HEARTBEAT_SECONDS: 1, AUTH_REQUESTS_PER_MINUTE: 0, OPERATOR_KEY };

/** Starts the server of the project: an engine's dev server, or a local deployment. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = provideEngine(project);
  // PartyKit builds the page itself, and a deployment uploads what is there.
  await runNode(BUILD_DASHBOARD);
  const server = project.name.endsWith(' deployed')
    ? await deploy(project, engine)
    : await startDevServer(engine, { vars: VARS });
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
