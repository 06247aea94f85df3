import { expect, inject, test } from 'vitest';
import { addTask, untilMessage } from '../../helpers/browser/demo-page.ts';
import { useBrowser } from '../../helpers/browser/launch-browser.ts';
import { invite, join, makeList, newUser, titlesIn } from '../../helpers/browser/shared-list.ts';

const browser = useBrowser();

const url = inject('url');

test('what a viewer wrote offline, before the role was known, is undone and explained', async () => {
  const [ann] = await newUser(browser(), url);
  await makeList(ann, 'Rules');
  const [bob, bobEmail] = await newUser(browser(), url);
  await join(bob, await invite(ann));
  await bob.getByRole('checkbox', { name: 'Offline' }).check();
  await addTask(bob, 'not wanted');
  await ann.getByLabel(`Role of ${bobEmail}`).selectOption('can read');
  await bob.getByRole('checkbox', { name: 'Offline' }).uncheck();
  await untilMessage(bob, 'your last changes were undone');
  await expect.poll(() => titlesIn(bob, 'Rules').count()).toBe(0);
  await expect.poll(() => titlesIn(ann, 'Rules').count()).toBe(0);
});
