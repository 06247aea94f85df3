import { parseJson } from '../protocol/frame.ts';

/**
 * JavaScript rounds integers of more than 15 digits to what a double can hold, and nobody would
 * be told. Such a number is made infinite, and what is infinite is refused where it is used, which
 * can name the place. Fractions are rounded as everywhere.
 */

/** Any text without so many digits in a row holds no such integer. */
const MANY_DIGITS = /\d{16}/;
const INTEGER = /^[1-9]\d*$/;

/** From this length on an integer is infinite as it is. */
const INFINITE_LENGTH = 310;
const INFINITE = '1e999';

/** The JSON, with every integer that would come back as another one made infinite. */
export function markInexact(json: string): string {
  if (!MANY_DIGITS.test(json)) return json;
  let marked = '';
  let copied = 0;
  for (let index = 0; index < json.length; index++) {
    if (json[index] === '"') index = endOfString(json, index);
    else if (isDigit(json[index])) {
      const end = endOfNumber(json, index);
      if (isInexact(json, index, end)) {
        marked += json.slice(copied, index) + INFINITE;
        copied = end;
      }
      index = end - 1;
    }
  }
  // What was no JSON must not become any.
  return copied === 0 || parseJson(json) === undefined ? json : marked + json.slice(copied);
}

function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
  return index;
}

function endOfNumber(json: string, start: number): number {
  let index = start + 1;
  while (isDigit(json[index]) || '.eE+-'.includes(json[index] ?? ' ')) index++;
  return index;
}

const isDigit = (unit = ''): boolean => unit >= '0' && unit <= '9';

/** Compares all digits with those that JavaScript writes for the number. */
function isInexact(json: string, start: number, end: number): boolean {
  if (end - start < 16 || end - start >= INFINITE_LENGTH) return false;
  const integer = json.slice(start, end);
  if (!INTEGER.test(integer)) return false;
  const [mantissa = ''] = Number(integer).toExponential().split('e');
  return significant(integer) !== significant(mantissa);
}

const significant = (number: string): string => number.replace('.', '').replace(/0+$/, '');
