import type { Engine, Log, Logged, LogText } from './platform.ts';

/** Writes events as lines of JSON, whose escapes keep whatever a client sent on that line. */
export const logger =
  (engine: Engine, room: Logged): Log =>
  (event, figures) => {
    const time = new Date().toISOString();
    console.log(JSON.stringify({ time, engine, room, event, ...figures }));
  };

/** A name for a log: of a namespace, a route, a class. Anything else comes out as `?`. */
export const logName = (text: string): LogText =>
  (/^[\w./:*-]{0,100}$/.test(text) ? text : '?') as LogText;

/** Words of our own for a log. No part of them may come from outside this source. */
export const logWords = (text: string): LogText => text as LogText;

/** What a log may tell of a surprise. Its message is left out: that may quote what a client sent. */
export function describeError(error: unknown): { error: LogText; at: LogText } {
  if (!(error instanceof Error)) return { error: logName(typeof error), at: logWords('') };
  const { name, message, stack = '' } = error;
  // A message of several lines may hold one that looks like a frame.
  const frames =
    stack.replace(message, '').match(/^ *at [\w$.<># [\]]*\(?[^\s()]+:\d+:\d+\)?$/gm) ?? [];
  return { error: logName(name), at: logWords(frames.slice(0, 4).join().trim()) };
}
