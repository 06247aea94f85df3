import fc from 'fast-check';
import { expect, it } from 'vitest';
import { markInexact } from '../../../src/body/exact-json.ts';
import { readJson } from '../../../src/body/read-body.ts';
import { encodeCell } from '../../../src/document/codec/cell-codec.ts';

it.each([
  '9007199254740991',
  '-9007199254740991',
  '9007199254740992',
  '1152921504606847000',
  '100000000000000000000',
  '1000000000000000000000',
  '0.1234567890123456789',
  '1e300',
  '1E-400',
  '123456789012345.6',
])('keeps the number %s', (number) => {
  for (const json of [number, `[{"a":[${number}]}]`]) expect(markInexact(json)).toBe(json);
});

it.each([
  '9007199254740993',
  '-9007199254740993',
  '1152921504606846976',
  '123456789012345678901',
  `1${'0'.repeat(200)}1`,
  `1${'0'.repeat(400)}`,
  '1e999',
  '-1e400',
])('replaces numbers that would change by infinity, at every depth: %.30s', (number) => {
  const infinite = number.startsWith('-') ? -Infinity : Infinity;
  expect(JSON.parse(markInexact(number))).toBe(infinite);
  expect(JSON.parse(markInexact(`[1,{"a":[${number},2]}]`))).toEqual([1, { a: [infinite, 2] }]);
  expect(encodeCell(infinite)).toBeUndefined();
  expect(encodeCell({ a: [infinite] })).toBeUndefined();
});

it('only changes numbers', () => {
  const id = '12345678901234567891';
  const json = `{"${id}":"${id}\\"${id}","\\\\":[${id}]}`;
  const marked = JSON.parse(markInexact(json)) as unknown;
  expect(marked).toEqual({ [id]: `${id}"${id}`, '\\': [Infinity] });
});

it('does not turn invalid JSON into valid JSON', () => {
  for (const text of ['12345678901234567891-2', '[12345678901234567891', '"12345678901234567891']) {
    expect(markInexact(text)).toBe(text);
  }
});

it('finds exactly the integers that JavaScript changes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (integer) => {
      const written = Number(integer).toLocaleString('en', {
        useGrouping: false,
        maximumSignificantDigits: 17,
      });
      const [mantissa = '', exponent = '0'] = String(Number(integer)).replace('+', '').split('e');
      const [whole = '', fraction = ''] = mantissa.split('.');
      const back = BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length);
      const kept = JSON.parse(markInexact(`${integer}`)) as number;
      expect([written, Number.isFinite(kept)]).toEqual([written, back === integer]);
    }),
  );
});

it('counts the bytes of a body in any chunks', async () => {
  const json = JSON.stringify('ä🙂'.repeat(1000));
  const bytes = new TextEncoder().encode(json);
  const inPieces = (size: number) =>
    new Request('http://room/', {
      method: 'POST',
      body: new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) {
            controller.enqueue(bytes.slice(at, at + size));
          }
          controller.close();
        },
      }),
      duplex: 'half',
    } as RequestInit);
  for (const size of [1, 3, 1000]) {
    expect(await readJson(inPieces(size), bytes.length)).toEqual({
      ok: true,
      value: JSON.parse(json),
    });
    const refused = await readJson(inPieces(size), bytes.length - 1);
    expect(refused).toMatchObject({ error: 'payload_too_large' });
  }
});
