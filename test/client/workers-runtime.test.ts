import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { expect, inject, onTestFinished, test } from 'vitest';
import { NAMESPACE, PASSWORD, uniqueEmail } from '../helpers/requests/users.ts';

/** A Worker that uses the client, as the backend of an app might. */
const WORKER = `
import { createClient } from './client/index.ts';

export default {
  async fetch(request) {
    const { url, namespace, email, password } = await request.json();
    const client = createClient({ url, namespace });
    await client.signUp({ email, password });
    await client.signIn({ email, password });
    const connection = client.connect();
    connection.store.setCell('tasks', 'a', 'title', 'written by a Worker');
    await connection.saved();
    await connection.close();
    const { store } = await client.exportAccount();
    await client.deleteAccount(password);
    return Response.json(store.tables);
  },
};
`;

test('the client runs in the Workers runtime that PartyKit has', async () => {
  const { outputFiles } = await build({
    stdin: { contents: WORKER, resolveDir: '.', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
  });
  const worker = new Miniflare({
    modules: true,
    script: outputFiles[0]!.text,
    compatibilityDate: '2024-07-18',
  });
  onTestFinished(() => worker.dispose());
  const account = { email: uniqueEmail(), password: PASSWORD };
  const response = await worker.dispatchFetch('http://worker.example/', {
    method: 'POST',
    body: JSON.stringify({ url: inject('url'), namespace: NAMESPACE, ...account }),
  });
  expect(await response.json()).toEqual({ tasks: { a: { title: 'written by a Worker' } } });
});
