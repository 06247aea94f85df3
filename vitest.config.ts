import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], setups: string[] = []) => ({
  extends: true as const,
  test: { name, include, globalSetup: ['test/helpers/global-setup.ts', ...setups] },
});

/** What is asked again of the very code that a deploy uploads. */
const CORE = ['accounts', 'health', 'manual-sync', 'page', 'sockets', 'sync'].map(
  (name) => `test/${name}.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // Servers and clients share two cores; more files at once only makes each of them wait.
    maxWorkers: 2,
    // Rooms log what happens in them; that is of interest where a test fails.
    silent: 'passed-only',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      // The same files against each engine: whatever the engines do not agree on fails.
      project(
        'partykit',
        ['test/*.test.ts', 'test/client/*.test.ts', 'test/browser/*.test.ts'],
        ['dev/chromium.ts'],
      ),
      project('workers', ['test/*.test.ts']),
      project('partykit deployed', ['test/deployed/*.test.ts', ...CORE]),
      project('workers deployed', ['test/deployed/*.test.ts', ...CORE]),
    ],
  },
});
