import { parseJson } from '../protocol/frame.ts';
import { DELETED, JSON_MARK, type Thing } from '../protocol/stamps.ts';

/**
 * The wire form of a cell or value, or undefined for what can be none. Objects and arrays come
 * as such from clients that took in a manual sync; `\uFFFC` inside of them is a nested undefined.
 */
export function writeThing(thing: unknown): Thing | undefined {
  switch (typeof thing) {
    case 'string':
      return thing.startsWith(JSON_MARK) && !isJsonText(thing) ? undefined : thing;
    case 'number':
      return Number.isFinite(thing) ? thing : undefined;
    case 'boolean':
      return thing;
    case 'object':
      return thing === null ? null : writeJsonThing(thing);
    default:
      return undefined;
  }
}

/** A cell or value as TinyBase's stores show it; undefined for a deletion. */
export function readThing(thing: Thing): unknown {
  if (thing === DELETED) return undefined;
  return isJsonThing(thing) ? JSON.parse(thing.slice(1)) : thing;
}

/** Whether a cell or value is an object or an array. */
export const isJsonThing = (thing: Thing): thing is string =>
  typeof thing === 'string' && thing.startsWith(JSON_MARK);

const isJsonText = (thing: string): boolean => {
  const parsed = parseJson(thing.slice(1));
  return typeof parsed === 'object' && parsed !== null;
};

function writeJsonThing(thing: object): string | undefined {
  try {
    return JSON_MARK + JSON.stringify(thing, writePart);
  } catch {
    // Nested too deeply, or with a number that is none.
    return undefined;
  }
}

/** JSON has no infinite numbers, and would make them null. */
function writePart(_: string, part: unknown): unknown {
  if (typeof part === 'number' && !Number.isFinite(part)) throw new RangeError();
  return part === DELETED ? undefined : part;
}
