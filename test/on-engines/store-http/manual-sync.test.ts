import { createMergeableStore, type MergeableContent } from 'tinybase';
import { expect, test } from 'vitest';
import { connectDevice } from '../../helpers/devices/devices.ts';
import { bearer, newUser, post, type User } from '../../helpers/requests/users.ts';

/**
 * Sends content as the client of the API document does: as plain JSON, in which undefined becomes
 * null.
 */
const manualSync = (user: User, mergeableContent: unknown) =>
  post(
    `${user.url}/${user.namespace}/manual-sync`,
    { mergeableContent },
    {
      'X-Session-UUID': user.session_uuid,
    },
  );

async function mergedContent(response: Response): Promise<MergeableContent> {
  expect(response.status).toBe(200);
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toEqual({
    success: true,
    mergeableContent: expect.any(Array),
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  return body.mergeableContent as MergeableContent;
}

test('content beyond the frame limit reaches the server and every connected device', async () => {
  const user = await newUser();
  const connected = await connectDevice(user);
  connected.store.setCell('tasks', 'a', 'title', 'from the other device');
  const store = createMergeableStore();
  const text = 'x'.repeat(2_500_000);
  store.setCell('notes', 'n', 'text', text);
  await expect
    .poll(async () => {
      store.setMergeableContent(
        await mergedContent(await manualSync(user, store.getMergeableContent())),
      );
      return store.getCell('tasks', 'a', 'title');
    })
    .toBe('from the other device');
  expect(store.getCell('notes', 'n', 'text')).toBe(text);
  await expect.poll(() => connected.store.getCell('notes', 'n', 'text')).toBe(text);
});

test('deletions stay deleted and nulls stay null on all devices', async () => {
  const user = await newUser();
  const connected = await connectDevice(user);
  const store = createMergeableStore();
  store.setRow('tasks', 'a', { kept: 1, gone: 2, nothing: null });
  store.setValues({ kept: 1, gone: 2, nothing: null });
  store.setMergeableContent(
    await mergedContent(await manualSync(user, store.getMergeableContent())),
  );
  store.delCell('tasks', 'a', 'gone').delValue('gone');
  for (let round = 0; round < 2; round++) {
    store.setMergeableContent(
      await mergedContent(await manualSync(user, store.getMergeableContent())),
    );
  }
  const expected = [{ tasks: { a: { kept: 1, nothing: null } } }, { kept: 1, nothing: null }];
  const withoutHeartbeat = (device: { store: typeof store }) => {
    const [tables, { heartbeat, ...values }] = device.store.getContent();
    return [tables, values];
  };
  expect(withoutHeartbeat({ store })).toEqual(expected);
  await expect.poll(() => withoutHeartbeat(connected)).toEqual(expected);
  const reconnected = await connectDevice(user, { store });
  const fresh = await connectDevice(user);
  await expect.poll(() => withoutHeartbeat(fresh)).toEqual(expected);
  expect(withoutHeartbeat(reconnected)).toEqual(expected);
});

test.each([
  ['no mergeableContent', '{}'],
  ['content that is a string', '{"mergeableContent":"x"}'],
  ['content of another shape', '{"mergeableContent":[{},{}]}'],
  [
    'a cell that is no cell',
    '{"mergeableContent":[[{"t":[{"r":[{"c":[[1],5,0]},"",0]},"",0]},"",0],[{},"",0]]}',
  ],
])('%s is refused', async (_, body) => {
  const user = await newUser();
  const response = await post(
    `${user.url}/${user.namespace}/manual-sync`,
    body,
    bearer(user.session_uuid),
  );
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ message: expect.any(String) });
});

test('a body over MAX_SYNC_BYTES is refused', async () => {
  const user = await newUser();
  const response = await manualSync(user, 'x'.repeat(33_554_432));
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ error: 'payload_too_large' });
});
