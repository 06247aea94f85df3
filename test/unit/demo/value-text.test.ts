import { describe, expect, it, test } from 'vitest';
import { textOf, valueFrom } from '../../../demo/ui/value-text.ts';

describe('a typed value', () => {
  test.each([
    ['501', 501],
    ['-3.5', -3.5],
    ['0', 0],
    ['true', true],
    ['false', false],
  ])('is not a text if it is written like %j', (text, value) => {
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
  ])('is the text %j if a number would lose digits', (text) => {
    expect(valueFrom(text)).toBe(text);
    expect(textOf(valueFrom(text))).toBe(text);
  });

  it('that replaces a text is a text, and one that replaces JSON is JSON', () => {
    expect(valueFrom('501', '00501')).toBe('501');
    expect(valueFrom('00501', 501)).toBe('00501');
    expect(valueFrom('{"a":2}', { a: 1 })).toEqual({ a: 2 });
    expect(valueFrom('null', { a: 1 })).toBe(null);
    expect(valueFrom('{"a":', { a: 1 })).toBe('{"a":');
    expect(textOf({ a: [1] })).toBe('{"a":[1]}');
  });
});
