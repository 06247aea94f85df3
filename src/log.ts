import type { Engine, Log, Logged, LogText } from './platform.ts';

/** Writes events as lines of JSON. Escapes keep the text of a client on its line. */
export const logger =
  (engine: Engine, room: Logged): Log =>
  (event, figures) => {
    const time = new Date().toISOString();
    console.log(JSON.stringify({ time, engine, room, event, ...figures }));
  };

/** Allows a name in a log, such as a namespace, a route or a class. Any other text becomes `?`. */
export const logName = (text: string): LogText =>
  (/^[\w./:*-]{0,100}$/.test(text) ? text : '?') as LogText;

/** Allows words of our own in a log. No part of them may come from outside this source. */
export const logWords = (text: string): LogText => text as LogText;

/** Describes an unexpected error for a log, without its message, which may quote a client. */
export function describeError(error: unknown): { error: LogText; at: LogText } {
  if (!(error instanceof Error)) return { error: logName(typeof error), at: logWords('') };
  const { name, message, stack = '' } = error;
  // A message of several lines may contain one that looks like a stack frame.
  const frames =
    stack.replace(message, '').match(/^ *at [\w$.<># [\]]*\(?[^\s()]+:\d+:\d+\)?$/gm) ?? [];
  return { error: logName(name), at: logWords(frames.slice(0, 4).join().trim()) };
}
