import { describe, expect, it } from 'vitest';
import {
  createLocatedToken,
  createLocatedUuid,
  locateToken,
  shardOf,
  shardOfToken,
} from '../../../src/located-token.ts';

const RFC_9562 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Collects the hexadecimal digits seen at each position. */
const digitsByPlace = (texts: string[]) =>
  Array.from(texts[0]!, (_, place) => new Set(texts.map((text) => text[place])).size);

describe('a session token', () => {
  it('is a UUID that names its auth room', () => {
    const uuid = createLocatedUuid('0f9');
    expect(uuid).toMatch(RFC_9562);
    expect(shardOf(uuid)).toBe('0f9');
    expect(shardOfToken(uuid)).toBeUndefined();
  });

  it('is random in all free bits of a UUID', () => {
    const places = digitsByPlace(Array.from({ length: 1000 }, () => createLocatedUuid('0f9')));
    expect(places.filter((digits) => digits === 16)).toHaveLength(27);
    expect(places.filter((digits) => digits === 4)).toHaveLength(1);
  });
});

describe('any other token', () => {
  it('names its auth room and has 128 random bits', () => {
    const tokens = Array.from({ length: 1000 }, () => createLocatedToken('0f9'));
    expect(shardOfToken(tokens[0]!)).toBe('0f9');
    expect(shardOf(tokens[0]!)).toBeUndefined();
    expect(digitsByPlace(tokens)).toEqual([1, 1, 1, ...Array(32).fill(16)]);
  });

  it('has no other format', () => {
    const token = createLocatedToken('0f9');
    for (const text of ['', token.slice(1), `${token}0`, token.toUpperCase(), ` ${token}`]) {
      expect(shardOfToken(text), text).toBeUndefined();
    }
    expect(() => locateToken('xyz', '0'.repeat(32))).toThrow(RangeError);
  });
});
