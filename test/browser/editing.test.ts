import { describe, expect, inject, test } from 'vitest';
import {
  addTask,
  isFocused,
  setValue,
  submitCredentials,
  taskTitles,
  titleFields,
  twoDevices,
  untilFocused,
  untilStatus,
  valueField,
} from '../helpers/browser/demo-page.ts';
import { newDevice, useBrowser } from '../helpers/browser/launch-browser.ts';
import { uniqueEmail } from '../helpers/requests/users.ts';

const browser = useBrowser();

const url = inject('url');

describe('a field that is being edited', () => {
  test('reports a remote change, and shows it when the field loses focus', async () => {
    const [one, two] = await twoDevices(browser(), url);
    await addTask(one, 'before');
    await setValue(one, 'colour', 'red');
    await valueField(two, 'colour').waitFor();
    for (const [field, text] of [
      [titleFields, 'after'],
      [(page: typeof one) => valueField(page, 'colour'), 'green'],
    ] as const) {
      await field(two).focus();
      await field(one).fill(text);
      await field(one).blur();
      await two.getByText(`Changed elsewhere to “${text}”`).waitFor();
      await expect.poll(() => field(two).inputValue()).not.toBe(text);
      await field(two).blur();
      await expect.poll(() => field(two).inputValue()).toBe(text);
      await expect.poll(() => two.getByText('Changed elsewhere').count()).toBe(0);
    }
    await untilStatus(two, /all changes saved/);
  });

  test('stores the typed text even if the value was changed remotely in the meantime', async () => {
    const [one, two] = await twoDevices(browser(), url);
    await setValue(one, 'colour', 'red');
    await valueField(two, 'colour').pressSequentially('dish');
    await valueField(one, 'colour').fill('green');
    await valueField(one, 'colour').blur();
    await two.getByText('Changed elsewhere to “green”').waitFor();
    await valueField(two, 'colour').press('Enter');
    await expect.poll(() => valueField(one, 'colour').inputValue()).toBe('reddish');
    await valueField(one, 'colour').fill('blue');
    await valueField(one, 'colour').press('Enter');
    await two.getByText('Changed elsewhere to “blue”').waitFor();
    await valueField(two, 'colour').blur();
    await untilStatus(two, /all changes saved/);
    for (const page of [one, two])
      await expect.poll(() => valueField(page, 'colour').inputValue()).toBe('blue');
  });
});

describe('the focus', () => {
  test('moves to the field for the next input', async () => {
    const page = await newDevice(browser(), url);
    await submitCredentials(page, uniqueEmail(), 'Make an account');
    await addTask(page, 'clicked');
    await untilFocused(page.getByLabel('New task'));
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    await untilFocused(page.getByLabel('New task'));
    await setValue(page, 'colour', 'green');
    await untilFocused(page.getByLabel('Name of the value'));
    await page.getByRole('button', { name: 'Delete colour' }).click();
    await untilFocused(page.getByLabel('Name of the value'));
    await page.getByRole('button', { name: 'Delete typed' }).click();
    await untilFocused(page.getByLabel('New task'));
    await expect.poll(() => taskTitles(page)).toEqual(['clicked']);
  });

  test('is kept when another device deletes the focused row', async () => {
    const [one, two] = await twoDevices(browser(), url);
    await addTask(one, 'gone soon');
    await titleFields(two).focus();
    await one.getByRole('button', { name: 'Delete gone soon' }).click();
    await expect.poll(() => isFocused(two.getByLabel('New task'))).toBe(true);
  });
});

test('typed values and task names are shown as text and never interpreted', async () => {
  const page = await newDevice(browser(), url);
  await submitCredentials(page, uniqueEmail(), 'Make an account');
  await setValue(page, 'zip', '00501');
  await setValue(page, 'count', '501');
  await valueField(page, 'zip').fill('10001');
  await valueField(page, 'zip').press('Enter');
  await addTask(page, '   ');
  await addTask(page, '007');
  await expect.poll(() => taskTitles(page)).toEqual(['007']);
  await untilStatus(page, /^Online · all changes saved/);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download everything' }).click();
  const chunks = await (await download).createReadStream().then((stream) => stream.toArray());
  const { store } = JSON.parse(Buffer.concat(chunks).toString()) as {
    store: { values: Record<string, unknown> };
  };
  expect(store.values).toMatchObject({ zip: '10001', count: 501 });
  await page.getByLabel('Name of the value').fill('heartbeat');
  await page.getByRole('button', { name: 'Set' }).click();
  await untilFocused(page.getByLabel('Name of the value'));
  await expect.poll(() => page.getByLabel('Name of the value').inputValue()).toBe('heartbeat');
});
