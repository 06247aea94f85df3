import { defineConfig } from 'vitest/config';
import type { Engine } from '../src/platform.ts';

/** Every trial starts its own server, so that its cost can be measured separately. */
const on = (engine: Engine) => ({
  extends: true as const,
  test: { name: engine, include: ['trials/on-engines/*.trial.ts'], provide: { engine } },
});

export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // Trials measure memory and time, so they run one at a time.
    maxWorkers: 1,
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'in memory',
          include: ['trials/*.trial.ts', 'trials/room-memory/*.trial.ts'],
        },
      },
      on('partykit'),
      on('workers'),
    ],
  },
});
