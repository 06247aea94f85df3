import { defineConfig } from 'vitest/config';

/** The same test files against each engine: whatever they do not agree on fails. */
const conformance = (name: 'partykit' | 'workers', ...more: string[]) => ({
  extends: true as const,
  test: {
    name,
    include: ['test/*.test.ts', ...more],
    globalSetup: ['test/helpers/global-setup.ts'],
  },
});

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Servers and clients share two cores; more files at once only makes each of them wait.
    maxWorkers: 2,
    // Rooms log what happens in them; that is of interest where a test fails.
    silent: 'passed-only',
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/*.test.ts'] } },
      conformance('partykit', 'test/client/*.test.ts', 'test/browser/*.test.ts'),
      conformance('workers'),
    ],
  },
});
