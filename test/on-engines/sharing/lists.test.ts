import { expect, test } from 'vitest';
import { ask, newUser, session } from '../../helpers/requests/users.ts';
import { newVisitedStore, newVisitors, succeed } from '../../helpers/sharing/visitors.ts';

test('the list of stores and the export name the stores of an account, and no others', async () => {
  const visitors = await newVisitors();
  const { store, token } = await newVisitedStore(visitors);
  const user = await newUser();
  const named = async () => ({
    listed: (await succeed(user, 'GET', 'stores')).stores,
    exported: (await succeed(user, 'GET', 'export')).stores,
  });
  expect(await named()).toEqual({ listed: [], exported: [] });
  const membership = await succeed(user, 'POST', 'accept-invitation', { token });
  expect(membership).toMatchObject({ store, name: 'Holiday', role: 'editor' });
  expect(await named()).toEqual({ listed: [membership], exported: [membership] });
  const { user: described } = await session(user);
  const member = described.durable_object_name;
  await succeed(visitors.owner, 'DELETE', `stores/${store}/members/${member}`);
  expect(await named()).toEqual({ listed: [], exported: [] });
});

test('the export of a member has the content of the private store only', async () => {
  const visitors = await newVisitors();
  await newVisitedStore(visitors);
  const { body } = await ask(visitors.editor, 'GET', 'export');
  expect(body.store).toEqual({ tables: {}, values: {} });
  expect(JSON.stringify(body)).not.toContain('Secret');
});
