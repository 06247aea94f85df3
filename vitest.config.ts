import { defineConfig } from 'vitest/config';
import { svelteForVite } from './test/helpers/bindings/compile-svelte.ts';

const SERVER = 'test/helpers/servers/shared-server.ts';
const ENGINE = 'test/helpers/servers/tested-engine.ts';
/** For all projects that use `wrangler dev`. */
const RESEND = 'test/helpers/servers/resend-refused.setup.ts';
const EVICTIONS = 'test/on-engines/evictions/**';

const project = (name: string, include: string[], setups: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include,
    exclude: [EVICTIONS],
    globalSetup: [SERVER, ...setups],
    setupFiles: [RESEND],
  },
});

/** The second group runs after all other files. Most of its files wait, so they run together. */
const SECOND_GROUP = { maxWorkers: 8, sequence: { groupOrder: 1 } };

/** Its files wait until engines evict idle rooms. */
const evictions = (engine: string) => ({
  extends: true as const,
  test: {
    ...SECOND_GROUP,
    name: `${engine} evictions`,
    include: [`${EVICTIONS}/*.test.ts`],
    globalSetup: [ENGINE],
    setupFiles: [RESEND],
  },
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

/** They run in a simulated browser. */
const BINDINGS = 'test/unit/bindings/*.test.ts';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // Two cores carry three files, because each spends half of its time waiting.
    maxWorkers: 3,
    // Rooms write logs. They are only useful when a test fails.
    silent: 'passed-only',
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: [BINDINGS] },
      },
      {
        extends: true,
        plugins: [svelteForVite()],
        // Frameworks have a build for browsers and one for servers.
        resolve: { conditions: ['browser', 'development'] },
        test: {
          name: 'bindings',
          include: [BINDINGS],
          environment: 'happy-dom',
          server: { deps: { inline: [/svelte|solid-js|tinybase/] } },
        },
      },
      {
        extends: true,
        // They work while the evictions wait.
        test: {
          ...SECOND_GROUP,
          name: 'created apps',
          include: ['test/created-apps/*.test.ts'],
          globalSetup: ['dev/chromium.ts'],
          setupFiles: [RESEND],
        },
      },
      // The engine projects run the same files, so a difference between engines fails a test.
      project(
        'partykit',
        ['test/{on-engines,client,browser,moving}/**/*.test.ts'],
        ['dev/chromium.ts'],
      ),
      project('workers', ['test/on-engines/**/*.test.ts']),
      evictions('partykit'),
      evictions('workers'),
      project('partykit deployed', ['test/deployed/*.test.ts', ...CORE]),
      project('workers deployed', ['test/deployed/*.test.ts', ...CORE]),
    ],
  },
});
