import type { Value } from 'tinybase';

/** Returns the text of a value for editing. */
export const textOf = (value: Value): string =>
  typeof value === 'object' ? JSON.stringify(value) : `${value}`;

/**
 * Parses typed text into a value. The text becomes a number or boolean only in its canonical form:
 * `501` is a number, but `00501`, `1e3` and `+1` are text. A text stays a text if it replaces a
 * text, and is parsed as JSON, if valid, when it replaces an object or array.
 */
export function valueFrom(text: string, former?: Value): Value {
  if (typeof former === 'string') return text;
  if (typeof former === 'object') return jsonOf(text);
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? number : text;
}

function jsonOf(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
