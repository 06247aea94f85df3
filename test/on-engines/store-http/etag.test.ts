import { describe, expect, it } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { HttpStore } from '../../helpers/devices/http-store.ts';
import { newUser } from '../../helpers/requests/users.ts';

async function filled() {
  const user = await newUser();
  const store = new HttpStore(user);
  const tables = { t: { r: { c: 1 }, s: { c: 2 } }, u: { r: { c: 3 } } };
  await store.change('PUT', '', { tables, values: { v: 4, w: 5 } });
  return { user, store };
}

const PATHS = ['', '/tables', '/tables/t', '/tables/t/r', '/tables/t/r/c', '/values', '/values/v'];

it('answers 304 without a body if the client has the current content', async () => {
  const { store } = await filled();
  for (const path of PATHS) {
    const etag = await store.etag(path);
    expect(etag).toMatch(/^"[0-9a-f]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await store.send('GET', path, undefined, { 'If-None-Match': known });
      expect(response.status).toBe(304);
      expect(response.headers.get('etag')).toBe(etag);
      expect(await response.text()).toBe('');
    }
    const stale = await store.send('GET', path, undefined, { 'If-None-Match': '"other"' });
    expect(stale.status).toBe(200);
  }
});

it('answers HEAD with the headers of GET and without a body', async () => {
  const { store } = await filled();
  for (const path of PATHS) {
    const response = await store.send('HEAD', path);
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe(await store.etag(path));
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.text()).toBe('');
  }
});

it('changes the ETag of the parts that contain a change, and of no others', async () => {
  const { store } = await filled();
  const etags = async () =>
    Promise.all([...PATHS, '/tables/u', '/values/w'].map((p) => store.etag(p)));
  const before = await etags();
  await store.change('PUT', '/tables/t/r/c', '9');
  const after = await etags();
  const changed = [...PATHS, '/tables/u', '/values/w'].filter((_, i) => before[i] !== after[i]);
  expect(changed).toEqual(['', '/tables', '/tables/t', '/tables/t/r', '/tables/t/r/c']);
  await store.change('PUT', '/tables/t/r/c', '9');
  expect(await etags()).toEqual(after);
});

it('returns the ETag that a change results in', async () => {
  const { store } = await filled();
  for (const path of ['/tables/t/r/c', '/values/v']) {
    const response = await store.send('PUT', path, '7');
    expect(response.headers.get('etag')).toBe(await store.etag(path));
  }
});

it('keeps the ETag while only the heartbeat changes', async () => {
  const { store, user } = await filled();
  const before = await Promise.all(['', '/values'].map((path) => store.etag(path)));
  const { store: device } = await connectDevice(user);
  const beats = new Set<unknown>();
  device.addValueListener('heartbeat', (_, __, beat) => beats.add(beat));
  await expect.poll(() => beats.size, { timeout: 10_000 }).toBe(2);
  expect(await Promise.all(['', '/values'].map((path) => store.etag(path)))).toEqual(before);
});

describe('If-Match', () => {
  it('allows a change of content that has not changed since it was read', async () => {
    const { store } = await filled();
    for (const path of ['/tables/t/r/c', '/values/v']) {
      const ifMatch = { 'If-Match': await store.etag(path) };
      expect(await store.change('PUT', path, '8', ifMatch)).toBe(204);
      expect(await store.change('PUT', path, '9', ifMatch)).toBe(412);
      expect(await store.change('DELETE', path, undefined, ifMatch)).toBe(412);
      expect(await store.read(path)).toBe(8);
    }
  });

  it('refuses a change of a store that another client has changed', async () => {
    const { store, user } = await filled();
    const ifMatch = { 'If-Match': await store.etag() };
    const { store: device } = await connectDevice(user);
    device.setValue('v', 'changed');
    await expect.poll(() => store.read('/values/v'), { timeout: 10_000 }).toBe('changed');
    const response = await store.send('PATCH', '', { values: { v: 0 } }, ifMatch);
    expect(response.status).toBe(412);
    expect(await response.json()).toMatchObject({ error: 'precondition_failed' });
    expect(await store.read('/values/v')).toBe('changed');
  });

  it('never matches missing content, not even with *', async () => {
    const { store } = await filled();
    expect(await store.change('PUT', '/values/x', '1', { 'If-Match': '*' })).toBe(412);
    expect(await store.change('PUT', '/values/v', '1', { 'If-Match': '*' })).toBe(204);
  });
});

it('only creates with If-None-Match: *', async () => {
  const { store } = await filled();
  const onlyNew = { 'If-None-Match': '*' };
  expect(await store.change('PUT', '/values/x', '1', onlyNew)).toBe(204);
  expect(await store.change('PUT', '/values/x', '2', onlyNew)).toBe(412);
  expect(await store.read('/values/x')).toBe(1);
});

it('lets exactly one of many writers with the same ETag succeed', async () => {
  const { store } = await filled();
  const ifMatch = { 'If-Match': await store.etag('/values/v') };
  const writes = [1, 2, 3, 4, 5].map((n) => store.change('PUT', '/values/v', `${n}0`, ifMatch));
  expect((await Promise.all(writes)).sort()).toEqual([204, 412, 412, 412, 412]);
});

it('lets pages of other origins read the ETag', async () => {
  const { store } = await filled();
  const response = await store.send('GET', '', undefined, { Origin: 'https://app.example' });
  expect(response.headers.get('access-control-expose-headers')).toContain('ETag');
});
