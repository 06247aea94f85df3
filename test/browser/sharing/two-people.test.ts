import { expect, inject, test } from 'vitest';
import {
  addTask,
  fillIn,
  openForm,
  untilMessage,
  untilStatus,
} from '../../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../../helpers/browser/launch-browser.ts';
import {
  invite,
  listButton,
  makeList,
  nameOf,
  newUser,
  person,
  titlesIn,
  untilList,
} from '../../helpers/browser/shared-list.ts';
import { uniqueEmail } from '../../helpers/requests/users.ts';

const browser = useBrowser();

const url = inject('url');

test('two people share a list by a link, and an owner decides who may write and stay', async () => {
  const [ann, annEmail] = await newUser(browser(), url);
  await makeList(ann, 'Shopping');
  await addTask(ann, 'Bread');
  const link = await invite(ann);

  const bob = await newDevice(browser(), url);
  await bob.goto(link);
  await bob.getByText('You are invited to a shared list.').waitFor();
  expect(bob.url()).toBe(`${url}/`);
  await bob.reload();
  await bob.getByText('You are invited to a shared list.').waitFor();
  const bobEmail = uniqueEmail();
  await fillIn(await openForm(bob, 'Make an account'), bobEmail);
  await bob.keyboard.press('Enter');
  await bob.getByRole('button', { name: 'Join' }).click();
  await untilMessage(bob, 'You have joined “Shopping”.');
  await untilList(bob, 'Shopping');

  await expect.poll(() => titlesIn(bob, 'Shopping').count()).toBe(1);
  await addTask(bob, 'Butter');
  await expect.poll(() => titlesIn(ann, 'Shopping').count()).toBe(2);
  await person(ann, bobEmail).getByText('here now').waitFor();
  await person(bob, annEmail).getByText('here now').waitFor();
  await bob.getByLabel('New task').pressSequentially('Ho');
  await ann.getByText(`${nameOf(bobEmail)} is typing …`).waitFor();
  await bob.keyboard.press('Enter');
  await expect.poll(() => titlesIn(ann, 'Shopping').count()).toBe(3);
  await ann.getByText(`${nameOf(bobEmail)} is typing …`).waitFor({ state: 'detached' });
  await titlesIn(ann, 'Shopping').first().pressSequentially('!');
  const row = bob.getByRole('list', { name: 'Shopping' }).getByRole('listitem').first();
  await row.getByText(`${nameOf(annEmail)} is typing …`).waitFor();

  await ann.getByRole('button', { name: 'Rename…' }).click();
  await ann.getByLabel('Name', { exact: true }).fill('Groceries');
  await ann.keyboard.press('Enter');
  for (const page of [ann, bob]) {
    await untilList(page, 'Groceries');
    await listButton(page, 'Groceries').waitFor();
  }

  await ann.getByLabel(`Role of ${bobEmail}`).selectOption('can read');
  await bob.getByText('You may read this list, but not change it.').waitFor();
  await expect.poll(() => bob.getByLabel('New task').count()).toBe(0);
  const deletions = bob.getByRole('button', { name: /^Delete/ }).filter({ hasText: '×' });
  await expect.poll(() => deletions.count()).toBe(0);
  await expect
    .poll(() => bob.getByRole('checkbox', { name: /^Done/ }).first().isDisabled())
    .toBe(true);
  await expect.poll(() => titlesIn(bob, 'Groceries').first().isEditable()).toBe(false);

  await ann.getByRole('button', { name: `Remove ${bobEmail}` }).click();
  await untilMessage(bob, 'You are no longer a member of “Groceries”.');
  await untilList(bob, 'Tasks');
  await untilStatus(bob, /^Online · all changes saved/);
  await listButton(bob, 'Groceries').waitFor({ state: 'detached' });
  await person(ann, bobEmail).waitFor({ state: 'detached' });
});
