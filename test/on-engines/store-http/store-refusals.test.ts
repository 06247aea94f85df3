import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import { newUser, type User } from '../../helpers/requests/users.ts';

const CONTENT = { tables: { t: { r: { c: 1 } } }, values: { v: 2 } };

let user: User;
let store: HttpStore;

beforeAll(async () => {
  user = await newUser();
  store = new HttpStore(user);
  await store.change('PUT', '', CONTENT);
});

afterEach(async () => {
  expect(await store.read(), 'what is refused changes nothing').toMatchObject(CONTENT);
});

it.each([
  ['PUT', '/values/v', '"\uFFFC"', 'values/v'],
  ['PUT', '/values/v', '"\uFFFD[1]"', 'values/v'],
  ['PUT', '/tables/t/r/c', '1e999', 'tables/t/r/c'],
  ['PATCH', '/tables/t/r', '5', 'tables/t/r'],
  ['PATCH', '/tables/t', '{"r":null}', 'tables/t/r'],
  ['PUT', '/tables', '[]', 'tables'],
  ['PUT', '', '{"tables":{"t":{"r":"text"}}}', 'tables/t/r'],
  ['PATCH', '', '{"tabels":{}}', 'tabels'],
  ['PUT', '/values', 'null', 'values'],
])('explains invalid cells and values: %s %s %.20s', async (method, path, body, field) => {
  const response = await store.send(method, path, body);
  expect(response.status).toBe(400);
  const refusal = { error: 'invalid_field', field, message: expect.stringContaining(field) };
  expect(await response.json()).toEqual(refusal);
});

it.each([
  ['PUT', '/values/v', 'text', 'invalid_json'],
  ['PUT', '/tables/t/r/c', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'invalid_json'],
  ['PUT', '/values/v', '', 'invalid_json'],
  ['PATCH', '', '{"tables":', 'invalid_json'],
  ['PUT', '/values/v/deeper', '1', 'bad_request'],
  ['PUT', '/tables/t/r/c/deeper', '1', 'bad_request'],
  ['PUT', '/tables/', '{}', 'bad_request'],
  ['DELETE', '/', undefined, 'bad_request'],
  ['DELETE', '/tables//r', undefined, 'bad_request'],
  ['DELETE', '/tables/t/%2E%2E', undefined, 'bad_request'],
  ['DELETE', '/values/%FF', undefined, 'bad_request'],
  ['DELETE', '/values/%zz', undefined, 'bad_request'],
])('refuses %s %s with body %s', async (method, path, body, error) => {
  const response = await store.send(method, path, body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error });
});

it('refuses an unsupported method with 405', async () => {
  expect(await store.change('POST', '/values/v', '1')).toBe(405);
});

it('refuses a body over the limit with 413', async () => {
  const response = await store.send('PUT', '/values/v', JSON.stringify('x'.repeat(33_600_000)));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: 'payload_too_large' });
});

describe('the heartbeat', () => {
  it('can be read, but neither written nor deleted', async () => {
    await connectDevice(user);
    await expect
      .poll(() => store.read('/values/heartbeat'), { timeout: 10_000 })
      .toEqual(expect.any(String));
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const response = await store.send(method, '/values/heartbeat', '"mine"');
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: 'forbidden' });
    }
    expect(await store.read('/values')).toMatchObject({ heartbeat: expect.stringMatching(/^2/) });
  });

  it('stays unchanged when read content is written back', async () => {
    await connectDevice(user);
    await expect
      .poll(() => store.read('/values/heartbeat'), { timeout: 10_000 })
      .toEqual(expect.any(String));
    const content = (await store.read()) as { values: object };
    const values = { ...content.values, heartbeat: 'mine' };
    expect(await store.change('PUT', '', { ...content, values })).toBe(204);
    expect(await store.read('/values/heartbeat')).not.toBe('mine');
  });
});
