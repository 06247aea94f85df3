import { createMergeableStore } from 'tinybase';
import { expect, test } from 'vitest';
import { mergeEncodedChanges } from '../../../client/sync/merge-encoded-changes.ts';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { bearer, newUser, post, type User } from '../../helpers/requests/users.ts';

/** Stores 4,000 rows over HTTP. */
async function filledUser(): Promise<User> {
  const user = await newUser();
  const store = createMergeableStore();
  store.transaction(() => {
    for (let row = 0; row < 4000; row++) {
      store.setRow('tasks', `row${row}`, { title: `Aufgabe № ${row}`, tags: ['a', row], n: row });
    }
  });
  const body = { mergeableContent: store.getMergeableContent() };
  const url = `${user.url}/${user.namespace}/manual-sync`;
  const response = await post(url, body, bearer(user.session_uuid));
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  return user;
}

const snapshot = ({ url, namespace, session_uuid }: User): Promise<Response> =>
  fetch(`${url}/${namespace}/snapshot`, { headers: bearer(session_uuid) });

test('a snapshot is compressed and amounts to the content of the store', async () => {
  const user = await filledUser();
  const { store: known } = await connectDevice(user);
  await expect.poll(() => known.getRowCount('tasks')).toBe(4000);
  const response = await snapshot(user);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  expect(JSON.parse(lines.pop()!)).toEqual({
    cursor: expect.stringMatching(/^[0-9a-f]{12}\.\d+\.[0-9a-f]{8}$/),
  });
  const store = createMergeableStore();
  for (const line of lines) await mergeEncodedChanges(store, JSON.parse(line));
  expect(store.getMergeableContentHashes()[0]).toBe(known.getMergeableContentHashes()[0]);
});

test('a snapshot needs a valid session', async () => {
  const user = await newUser();
  const response = await snapshot({ ...user, session_uuid: crypto.randomUUID() });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: 'unauthorized' });
});
