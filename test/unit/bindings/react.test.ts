import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { react, reactApp } from '../../helpers/bindings/apps/react-app.tsx';
import { testBinding } from '../../helpers/bindings/behaviour.ts';
import { BindingWorld } from '../../helpers/bindings/binding-world.ts';

testBinding(react);

test('another store gets its own connection, and that of the former one is closed', async () => {
  const world = new BindingWorld();
  await world.signIn();
  const root = createRoot(world.target);
  onTestFinished(() => root.unmount());
  const ids = ['11111111-2222-8333-8444-555555555555', '99999999-2222-8333-8444-555555555555'];
  for (const store of ids) {
    root.render(reactApp({ client: world.client, store }));
    await vi.waitFor(() => expect(world.network.live.map(({ url }) => url)).toHaveLength(1));
    await vi.waitFor(() => expect(world.network.live[0]?.url).toContain(store));
    await world.untilShown('user 1, online, saved, Learn, no reason');
  }
  expect(world.network.sockets).toHaveLength(2);
});

test('another client gets its own connection, and that of the former one is closed', async () => {
  const [one, two] = [new BindingWorld(), new BindingWorld()];
  await one.signIn();
  await two.signIn();
  const root = createRoot(one.target);
  onTestFinished(() => root.unmount());
  root.render(reactApp({ client: one.client }));
  await one.untilShown('user 1, online, saved, Learn, no reason');
  two.network.store.setCell('tasks', 'one', 'title', 'Of the other');
  root.render(reactApp({ client: two.client }));
  await one.untilShown('user 1, online, saved, Of the other, no reason');
  await vi.waitFor(() => expect(one.network.live).toEqual([]));
  expect([one.tickets, two.tickets]).toEqual([1, 1]);
});
