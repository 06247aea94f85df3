import { expect, inject, test } from 'vitest';
import {
  addTask,
  isInIndexedDB,
  submitCredentials,
  untilFocused,
  untilMessage,
  untilStatus,
} from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import {
  invite,
  join,
  listButton,
  makeList,
  newUser,
  people,
  person,
  titlesIn,
  untilList,
} from '../../helpers/browser/shared-list.ts';

const browser = useBrowser();

const url = inject('url');

test('everybody can leave a list but its last owner, who is told why and can delete it', async () => {
  const [ann, annEmail] = await newUser(browser(), url);
  await makeList(ann, 'Holiday');
  const [bob, bobEmail] = await newUser(browser(), url);
  await join(bob, await invite(ann));
  await ann.getByRole('button', { name: 'Leave the list' }).click();
  await ann.getByRole('alert').filter({ hasText: 'make somebody else an owner' }).waitFor();
  await ann.getByLabel(`Role of ${annEmail}`).selectOption('can read');
  await ann.getByRole('alert').filter({ hasText: 'make somebody else an owner' }).waitFor();
  await expect.poll(() => ann.getByLabel(`Role of ${annEmail}`).inputValue()).toBe('owner');

  await bob.getByRole('button', { name: 'Leave the list' }).click();
  await untilMessage(bob, 'You have left “Holiday”.');
  await untilList(bob, 'Tasks');
  await untilFocused(bob.getByRole('heading', { name: 'Tasks' }));
  await listButton(bob, 'Holiday').waitFor({ state: 'detached' });
  await person(ann, bobEmail).waitFor({ state: 'detached' });

  await join(bob, await invite(ann));
  await ann.getByLabel(`Role of ${bobEmail}`).selectOption('owner');
  await bob.getByRole('button', { name: 'Delete the list…' }).click();
  await bob.getByRole('button', { name: 'Delete for good' }).click();
  for (const page of [ann, bob]) {
    await untilMessage(page, '“Holiday” is deleted.');
    await untilList(page, 'Tasks');
  }
  await listButton(ann, 'Holiday').waitFor({ state: 'detached' });
});

test('a link that is used up says so, and the page stays usable', async () => {
  const [ann] = await newUser(browser(), url);
  await makeList(ann, 'Party');
  const link = await invite(ann, 'only read');
  const [bob] = await newUser(browser(), url);
  await join(bob, link);
  await bob.getByText('You may read this list, but not change it.').waitFor();
  await join(bob, link);
  const [eve] = await newUser(browser(), url);
  for (const over of [link, link.slice(0, -4)]) {
    await eve.goto(over);
    await eve.getByRole('button', { name: 'Join' }).click();
    await untilMessage(eve, 'This invitation is no longer valid');
  }
  await addTask(eve, 'usable');
  await untilStatus(eve, /^Online · all changes saved/);
  await eve.reload();
  await untilList(eve, 'Tasks');
  await expect.poll(() => eve.getByRole('dialog').count()).toBe(0);
});

test('a link can be copied, is for as many people as its maker says, and can be ended', async () => {
  const [ann] = await newUser(browser(), url);
  await ann.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await makeList(ann, 'Choir');
  await ann.getByRole('button', { name: 'Share…' }).click();
  const dialog = ann.getByRole('dialog', { name: 'Share this list' });
  await dialog.getByLabel('For how many people').fill('2');
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  await dialog.getByRole('button', { name: 'Copy the link' }).click();
  await dialog.getByText('Copied.').waitFor();
  const link = await dialog.getByLabel(/^Link for 2 people/).inputValue();
  expect(link).toMatch(/\/#invitation=[0-9a-f]{64}$/);
  await expect.poll(() => ann.evaluate(() => navigator.clipboard.readText())).toBe(link);
  const [bob] = await newUser(browser(), url);
  await join(bob, link);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await ann.getByRole('button', { name: 'Share…' }).click();
  await dialog.getByText('To write, 1 left').waitFor();
  await dialog.getByRole('button', { name: /^End the link of/ }).click();
  await dialog.getByText('To write, 1 left').waitFor({ state: 'detached' });
  const [eve] = await newUser(browser(), url);
  await eve.goto(link);
  await eve.getByRole('button', { name: 'Join' }).click();
  await untilMessage(eve, 'This invitation is no longer valid');
});

test('an invitation can be declined, and the link still works later', async () => {
  const [ann] = await newUser(browser(), url);
  await makeList(ann, 'Garden');
  const link = await invite(ann);
  const [bob] = await newUser(browser(), url);
  await bob.goto(link);
  await bob.getByRole('button', { name: 'Not now' }).click();
  await bob.reload();
  await untilStatus(bob, /^Online/);
  await expect.poll(() => bob.getByRole('dialog').count()).toBe(0);
  await bob.goto('about:blank');
  await join(bob, link);
  await untilList(bob, 'Garden');
});

test('each list has its own copy on this device, and those that are not shown stay in sync', async () => {
  const [ann, email] = await newUser(browser(), url);
  await addTask(ann, 'of my own');
  await makeList(ann, 'Work');
  await addTask(ann, 'of us');
  await listButton(ann, 'Private list').click();
  await untilList(ann, 'Tasks');
  await expect.poll(() => titlesIn(ann, 'Tasks').count()).toBe(1);
  await expect.poll(() => titlesIn(ann, 'Tasks').inputValue()).toBe('of my own');
  await listButton(ann, 'Work').click();
  await expect.poll(() => titlesIn(ann, 'Work').count()).toBe(1);
  await expect.poll(() => titlesIn(ann, 'Work').inputValue()).toBe('of us');
  await untilStatus(ann, /^Online · all changes saved/);
  await ann.getByRole('checkbox', { name: 'Offline' }).check();
  await ann.reload();
  await untilStatus(ann, /^Offline/);
  await untilList(ann, 'Work');
  await expect.poll(() => titlesIn(ann, 'Work').count()).toBe(1);
  await addTask(ann, 'on the train');
  await listButton(ann, 'Private list').click();
  await untilList(ann, 'Tasks');

  const other = await newDevice(browser(), url);
  await submitCredentials(other, email, 'Sign in');
  await listButton(other, 'Work').click();
  await expect.poll(() => titlesIn(other, 'Work').count()).toBe(1);
  await ann.getByRole('checkbox', { name: 'Offline' }).uncheck();
  await expect.poll(() => titlesIn(other, 'Work').count()).toBe(2);
  await expect.poll(() => people(other).count()).toBe(1);
  await makeList(ann, 'Later');
  await listButton(other, 'Later').waitFor();

  await ann.getByRole('button', { name: 'Sign out' }).click();
  const form = ann.getByRole('form', { name: 'Sign in' });
  await form.waitFor();
  await submitCredentials(ann, `${crypto.randomUUID()}@example.com`, 'Make an account');
  await untilList(ann, 'Tasks');
  await expect
    .poll(() => ann.getByRole('navigation', { name: 'Lists' }).getByRole('button').count())
    .toBe(2);
});

test('who was removed while offline is told so, and the copy of the list is erased', async () => {
  const [ann] = await newUser(browser(), url);
  await makeList(ann, 'Secrets');
  await addTask(ann, 'a surprise');
  const [bob, bobEmail] = await newUser(browser(), url);
  await join(bob, await invite(ann));
  await expect.poll(() => isInIndexedDB(bob, 'a surprise')).toBe(true);
  await bob.getByRole('checkbox', { name: 'Offline' }).check();
  await ann.getByRole('button', { name: `Remove ${bobEmail}` }).click();
  await person(ann, bobEmail).waitFor({ state: 'detached' });
  await bob.reload();
  await expect.poll(() => titlesIn(bob, 'Secrets').count()).toBe(1);
  await bob.getByRole('checkbox', { name: 'Offline' }).uncheck();
  await untilMessage(bob, 'You are no longer a member of “Secrets”.');
  await untilList(bob, 'Tasks');
  await expect.poll(() => isInIndexedDB(bob, 'a surprise')).toBe(false);
});
