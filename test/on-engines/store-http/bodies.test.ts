import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { NAMESPACE, newUser, PASSWORD, type User } from '../../helpers/requests/users.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
});

const utf8 = (text: string) => new TextEncoder().encode(text);
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? utf8(part) : Buffer.from(part))));

/** Sends bytes unchanged, with only these headers to describe them. */
const send = (method: string, path: string, body: Uint8Array, headers = {}) =>
  fetch(`${user.url}/${NAMESPACE}${path}`, {
    method,
    headers: { Authorization: `Bearer ${user.session_uuid}`, Connection: 'close', ...headers },
    body: body as Uint8Array<ArrayBuffer>,
  });

const put = (body: Uint8Array, headers = {}) => send('PUT', '/store/values/v', body, headers);

async function answerTo(response: Promise<Response>) {
  const { status, headers } = await response;
  const { error } = (await (await response).json()) as { error: string };
  return { status, error, headers };
}

const read = async () =>
  (await (await send('GET', '/store/values/v', undefined!)).text()) as string;

describe('the bytes of a body', () => {
  it.each<[string, Uint8Array, string]>([
    ['UTF-8', bytes('"ä🙂"'), '"ä🙂"'],
    ['UTF-8 after a byte order mark', bytes([0xef, 0xbb, 0xbf], '"marked"'), '"marked"'],
    ['UTF-8 with a byte order mark inside a text', bytes('"a\uFEFFb"'), '"a\uFEFFb"'],
    ['an escaped lone surrogate', bytes('"\\ud800"'), '"\\ud800"'],
    ['an escaped NUL', bytes('"\\u0000"'), '"\\u0000"'],
    ['the last value of a duplicate name', bytes('{"a":1,"a":2}'), '{"a":2}'],
    ['an ordinary property named __proto__', bytes('{"__proto__":1}'), '{"__proto__":1}'],
    ['a value with white space around it', bytes(' \r\n\t1 \n'), '1'],
    ['a zero with a sign', bytes('-0'), '0'],
  ])('are decoded as %s', async (_, body, expected) => {
    expect((await put(body)).status).toBe(204);
    expect(await read()).toBe(expected);
  });

  it.each<[string, Uint8Array]>([
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFF"text"', 'utf16le')],
    ['UTF-16 without one', Buffer.from('"text"', 'utf16le')],
    ['Latin-1', Buffer.from('"ä"', 'latin1')],
    ['an encoded surrogate', bytes('"', [0xed, 0xa0, 0x80], '"')],
    ['an overlong form', bytes('"', [0xc0, 0xaf], '"')],
    ['a truncated character', bytes('"', [0xf0, 0x9f, 0x99])],
    ['two byte order marks', bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], '1')],
    ['a raw line break in a string', bytes('"a\nb"')],
    ['nothing', bytes('')],
  ])('are refused as %s', async (_, body) => {
    await put(bytes('"before"'));
    expect(await answerTo(put(body))).toMatchObject({ status: 400, error: 'invalid_json' });
    expect(await read()).toBe('"before"');
  });

  it('are decoded alike by account routes and manual sync', async () => {
    const json = `{"email":"${user.email}","password":"${PASSWORD}"}`;
    const marked = bytes([0xef, 0xbb, 0xbf], json);
    expect((await send('POST', '/sign-in', marked)).status).toBe(200);
    for (const route of ['/sign-in', '/manual-sync']) {
      const refused = await answerTo(send('POST', route, Buffer.from(json, 'utf16le')));
      expect([route, refused.status, refused.error]).toEqual([route, 400, 'invalid_json']);
    }
  });
});

describe('the media type of a body', () => {
  it.each([
    'application/json',
    'Application/JSON; Charset="UTF-8"',
    'application/json;charset=utf8',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
  ])('may be %s', async (type) => {
    expect((await put(bytes('1'), { 'Content-Type': type })).status).toBe(204);
  });

  it.each([
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/jsonx',
    'application/xml',
    'application/merge-patch+json',
    'multipart/form-data; boundary=x',
    'json',
  ])('may not be %s', async (type) => {
    const refused = await answerTo(put(bytes('1'), { 'Content-Type': type }));
    expect(refused).toMatchObject({ status: 415, error: 'unsupported_media_type' });
    expect(refused.headers.get('accept')).toBe('application/json');
    expect((await send('POST', '/sign-in', bytes('{}'), { 'Content-Type': type })).status).toBe(
      415,
    );
  });

  it('selects the kind of patch, in any case', async () => {
    await send('PUT', '/store/values', bytes('{"a":1,"b":{"c":1,"d":2}}'));
    const patches = [
      ['APPLICATION/JSON-PATCH+JSON', '[{"op":"remove","path":"/a"}]'],
      ['Application/Merge-Patch+Json; charset=utf-8', '{"b":{"c":null},"e":3}'],
      ['application/json', '{"f":null}'],
    ];
    for (const [type, patch] of patches) {
      const headers = { 'Content-Type': type };
      expect((await send('PATCH', '/store/values', bytes(patch!), headers)).status).toBe(204);
    }
    const values = await (await send('GET', '/store/values', undefined!)).json();
    expect(values).toMatchObject({ b: { d: 2 }, e: 3, f: null });
    expect(values).not.toHaveProperty('a');
  });

  it('is refused if it is not a kind of patch, and the response lists those', async () => {
    const headers = { 'Content-Type': 'application/json-patch+jsonx' };
    const refused = await answerTo(send('PATCH', '/store', bytes('{}'), headers));
    expect(refused.status).toBe(415);
    expect(refused.headers.get('accept-patch')).toBe(
      'application/json, application/json-patch+json, application/merge-patch+json',
    );
  });
});

describe('a compressed body', () => {
  const gzip = { 'Content-Encoding': 'GZip' };

  it('is decompressed on every route', async () => {
    const text = JSON.stringify('long '.repeat(100_000));
    expect((await put(gzipSync(text), gzip)).status).toBe(204);
    expect(await read()).toBe(text);
    const account = { email: user.email, password: PASSWORD };
    const signIn = await send('POST', '/sign-in', gzipSync(JSON.stringify(account)), gzip);
    expect(signIn.status).toBe(200);
    const content = {
      mergeableContent: [
        [{}, '', 0],
        [{}, '', 0],
      ],
    };
    const synced = await send('POST', '/manual-sync', gzipSync(JSON.stringify(content)), gzip);
    expect(synced.status).toBe(200);
    await synced.arrayBuffer();
  });

  it.each<[string, Uint8Array]>([
    ['is not compressed', bytes('1')],
    ['is truncated', gzipSync(JSON.stringify('x'.repeat(1000))).subarray(0, -9)],
  ])('is refused if it %s', async (_, body) => {
    expect(await answerTo(put(body, gzip))).toMatchObject({ status: 400, error: 'invalid_json' });
  });

  it('is refused once it decompresses beyond the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000, 0x20), { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    const refused = await answerTo(put(bomb, gzip));
    expect(refused).toMatchObject({ status: 413, error: 'payload_too_large' });
    const small = gzipSync(Buffer.alloc(10_000_000, 0x20), { level: 9 });
    expect((await answerTo(send('POST', '/sign-in', small, gzip))).status).toBe(413);
  });

  it('is refused with 415 if the coding is not supported', async () => {
    for (const coding of ['br', 'deflate', 'gzip, gzip']) {
      const refused = await answerTo(put(bytes('1'), { 'Content-Encoding': coding }));
      expect([coding, refused.status]).toEqual([coding, 415]);
      expect(refused.headers.get('accept-encoding')).toBe('gzip');
    }
    expect((await put(bytes('1'), { 'Content-Encoding': 'identity' })).status).toBe(204);
  });
});
