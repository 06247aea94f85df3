import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], setups: string[] = []) => ({
  extends: true as const,
  test: { name, include, globalSetup: ['test/helpers/servers/global-setup.ts', ...setups] },
});

/** These files also run against the code that a deploy uploads. */
const CORE = [
  'accounts/sign-up-and-in',
  'edge/health',
  'edge/page',
  'store-http/manual-sync',
  'sync/sockets',
  'sync/sync',
].map((name) => `test/on-engines/${name}.test.ts`);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // Servers and clients share two cores, so more workers would only slow each file down.
    maxWorkers: 2,
    // Rooms write logs. They are only useful when a test fails.
    silent: 'passed-only',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      // The engine projects run the same files, so a difference between engines fails a test.
      project('partykit', ['test/{on-engines,client,browser}/**/*.test.ts'], ['dev/chromium.ts']),
      project('workers', ['test/on-engines/**/*.test.ts']),
      project('partykit deployed', ['test/deployed/*.test.ts', ...CORE]),
      project('workers deployed', ['test/deployed/*.test.ts', ...CORE]),
    ],
  },
});
