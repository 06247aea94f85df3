import { describe, expect, it, test } from 'vitest';
import { textOf, valueFrom } from '../../../demo/workspace/value-text.ts';

describe('what somebody types as a value', () => {
  test.each([
    ['501', 501],
    ['-3.5', -3.5],
    ['0', 0],
    ['true', true],
    ['false', false],
  ])('is no text where %j is how that is written', (text, value) => {
    expect(valueFrom(text)).toBe(value);
  });

  test.each([
    '00501',
    '1e3',
    '+1',
    '-0',
    ' 7',
    '1.0',
    '0x10',
    '12345678901234567890',
    'NaN',
    'Infinity',
    'True',
    '',
  ])('is the text %j where a number would lose something', (text) => {
    expect(valueFrom(text)).toBe(text);
    expect(textOf(valueFrom(text))).toBe(text);
  });

  it('takes the place of a text as a text, and of JSON as JSON', () => {
    expect(valueFrom('501', '00501')).toBe('501');
    expect(valueFrom('00501', 501)).toBe('00501');
    expect(valueFrom('{"a":2}', { a: 1 })).toEqual({ a: 2 });
    expect(valueFrom('null', { a: 1 })).toBe(null);
    expect(valueFrom('{"a":', { a: 1 })).toBe('{"a":');
    expect(textOf({ a: [1] })).toBe('{"a":[1]}');
  });
});
