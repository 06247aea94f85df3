import type { TestProject } from 'vitest/node';
import type { Engine } from '../../../src/platform.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The engine under test. */
    engine: Engine;
  }
}

/** Provides the engine that a project is named after. */
export function provideEngine(project: TestProject): Engine {
  const engine = project.name.split(' ')[0] as Engine;
  project.provide('engine', engine);
  return engine;
}

export default (project: TestProject): void => void provideEngine(project);
