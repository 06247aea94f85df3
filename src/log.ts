import type { Engine, Log, Logged } from './platform.ts';

/** Writes events as lines of JSON, whose escapes keep whatever a client sent on that line. */
export const logger =
  (engine: Engine, room: Logged): Log =>
  (event, figures = {}) => {
    const time = new Date().toISOString();
    console.log(JSON.stringify({ time, engine, room, event, ...figures }));
  };

/** What a log may tell of a surprise. Its message is left out: that may quote what a client sent. */
export function describeError(error: unknown): { error: string; at: string } {
  if (!(error instanceof Error)) return { error: typeof error, at: '' };
  const frames = error.stack?.match(/^ *at .*$/gm) ?? [];
  return { error: error.name, at: frames.slice(0, 4).join().trim() };
}
