import type { Value } from 'tinybase';

/** A value as people read and edit it. */
export const textOf = (value: Value): string =>
  typeof value === 'object' ? JSON.stringify(value) : `${value}`;

/**
 * What somebody typed, as a value. It stays the text that it is, unless it is exactly how a number
 * or a boolean is written: `501` is a number, `00501`, `1e3` and `+1` are not. In place of a text
 * there will be a text, and in place of JSON there will be JSON where it is valid.
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
