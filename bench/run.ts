import { UsageError } from './usage.ts';

interface Suite {
  run(args: string[]): Promise<void>;
}

const SUITES: Record<string, () => Promise<Suite>> = {
  client: () => import('./client/suite.ts'),
  sync: () => import('./sync/suite.ts'),
  reconnect: () => import('./reconnect/suite.ts'),
  wake: () => import('./reconnect/wake-suite.ts'),
  auth: () => import('./auth/suite.ts'),
  copy: () => import('./client/full-copy-suite.ts'),
  offline: () => import('./client/offline-suite.ts'),
  backup: () => import('./backup/suite.ts'),
};

const HELP = `npm run bench                          runs every suite
npm run bench -- SUITE [OPTION ...]    runs one suite: ${Object.keys(SUITES).join(', ')}
npm run bench -- SUITE --help          lists the options of a suite`;

async function main([name, ...args]: string[]): Promise<void> {
  if (name === '--help' || name === '-h') return console.log(HELP);
  for (const suite of name === undefined ? Object.keys(SUITES) : [name]) {
    const load = Object.hasOwn(SUITES, suite) ? SUITES[suite] : undefined;
    if (!load) throw new UsageError(`unknown suite ${JSON.stringify(suite)}\n\n${HELP}`);
    await (await load()).run(args);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
