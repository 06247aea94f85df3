import { expect, inject, onTestFinished, test } from 'vitest';
import { deployTo } from '../../dev/deployments.ts';
import { OPERATOR_KEY } from '../../src/edge/openapi/examples.ts';
import { PASSWORD, post, uniqueEmail } from '../helpers/requests/users.ts';

test('a deployment without settings takes no accounts, and has no routes for an operator', async () => {
  const { url, stop } = await deployTo[inject('engine')]({ NAMESPACES: undefined });
  onTestFinished(stop);
  const credentials = { email: uniqueEmail(), password: PASSWORD };
  const signUp = await post(`${url}/todo/sign-up`, credentials);
  expect(signUp.status).toBe(403);
  expect(await signUp.json()).toMatchObject({ error: 'namespace_unknown' });
  expect((await post(`${url}/todo/sign-in`, credentials)).status).toBe(401);
  for (const path of ['admin', 'admin/access', 'admin/keys', 'admin/todo/accounts']) {
    const headers = { Authorization: `Bearer ${OPERATOR_KEY}` };
    const response = await fetch(`${url}/${path}`, { headers });
    expect(response.status, path).toBe(404);
    expect(await response.json()).toMatchObject({ error: 'not_found' });
  }
});
