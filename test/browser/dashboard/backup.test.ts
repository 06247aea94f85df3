import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { BackupSequence } from '../../../src/protocol/backup/sequence.ts';
import { openDashboard, placeOfAccount } from '../../helpers/browser/dashboard.ts';
import { useBrowser } from '../../helpers/browser/launch-browser.ts';
import { newUser } from '../../helpers/requests/users.ts';

const browser = useBrowser();

/** As many accounts as two steps of a backup have. */
const ACCOUNTS = 19;

test('a namespace is downloaded step by step, as one complete backup', async () => {
  const namespace = `backup-${crypto.randomUUID().slice(0, 8)}`;
  for (let count = 0; count < ACCOUNTS; count++) await placeOfAccount(await newUser({ namespace }));
  const page = await openDashboard(browser(), { place: `#/${namespace}/backup` });
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download a backup' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^backup-\w+-\d{4}-\d\d-\d\d\.ndjson$/);
  await page.getByText(/^19 accounts, 19 stores, .*, complete$/).waitFor();
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  const sequence = new BackupSequence(false);
  for (const line of lines) expect(sequence.take(JSON.parse(line)), line).toBeUndefined();
  expect(sequence.finish()).toBeUndefined();
  expect([sequence.namespace, sequence.accounts]).toEqual([namespace, ACCOUNTS]);
});
