import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { placeSample, SAMPLES } from '../../helpers/browser/documented-samples.ts';
import { newKey } from '../../helpers/requests/operator.ts';
import { ask, newUser, session } from '../../helpers/requests/users.ts';
import { HookReceiver } from '../../helpers/servers/hook-receiver.ts';

type OnHook = (request: Request) => Promise<Response>;

const EDITS = 30;

/** Loads the documented handler. Its settings have to be in the environment. */
async function loadHandler(namespace: string): Promise<OnHook> {
  const sample = SAMPLES.find(
    ({ document, language }) => document === join('docs', 'hooks.md') && language === 'js',
  );
  const folder = resolve('node_modules/.cache', `handler-${crypto.randomUUID()}`);
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'handler.mjs');
  await writeFile(file, placeSample(sample!, inject('url'), namespace));
  const module = (await import(pathToFileURL(file).href)) as { onHook: OnHook };
  return module.onHook;
}

test('the documented handler counts right while its user edits, and ignores its echo', async () => {
  const namespace = `hooks-${crypto.randomUUID().slice(0, 13)}`;
  const receiver = await (await HookReceiver.start()).subscribe(namespace, ['store.changed']);
  const key = await newKey(['stores:read', 'stores:write'], namespace);
  Object.assign(process.env, {
    HOOK_SECRET: receiver.hook.secret,
    KEY: key.key,
    KEY_ID: key.id,
  });
  const onHook = await loadHandler(namespace);
  const statuses: number[] = [];
  receiver.handle = async (_, request) => {
    statuses.push((await onHook(request)).status);
  };

  const user = await newUser({ namespace });
  const store = (await session(user)).user.durable_object_name;
  for (let edit = 0; edit < EDITS; edit += 1) {
    const task = { title: 'secret', done: edit % 2 === 0 };
    expect((await ask(user, 'PUT', `store/tables/tasks/t${edit}`, task)).status).toBe(204);
    // The first event is handled while edits go on.
    if (edit === EDITS / 2) await expect.poll(() => statuses.length).toBeGreaterThan(0);
  }
  const done = async () => (await ask(user, 'GET', 'store')).body.values as { done?: number };
  await expect.poll(done).toMatchObject({ done: EDITS / 2 });
  // The event of its last write is an echo: it answers it, and writes nothing more.
  await expect
    .poll(() => receiver.events.at(-1)?.data)
    .toMatchObject({
      store,
      values: ['done'],
      origin: [{ kind: 'key', id: key.id }],
    });
  expect(statuses.at(-1)).toBe(200);
  expect(new Set(statuses)).toEqual(new Set([200, 204]));
  expect(receiver.forged).toBe(0);
});
