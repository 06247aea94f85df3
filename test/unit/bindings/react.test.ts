import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { react, reactApp } from '../../helpers/bindings/apps/react-app.tsx';
import { testBinding } from '../../helpers/bindings/behaviour.ts';
import { BindingWorld } from '../../helpers/bindings/binding-world.ts';

testBinding(react);

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
