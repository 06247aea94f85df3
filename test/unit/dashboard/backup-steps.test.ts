import { expect, test } from 'vitest';
import { readStep } from '../../../dashboard/settings/download-backup.ts';

const HEADER = '{"kind":"header","format":1}';
const RECORDS = '{"kind":"account"}\n{"kind":"part"}\n';
const end = (cursor: string | null) =>
  JSON.stringify({ kind: 'end', cursor, accounts: 1, stores: 1 });

test('a step of a backup is divided into its header, its records and where the next one begins', () => {
  expect(readStep(`${HEADER}\n${RECORDS}${end('accounts:a')}\n`)).toEqual({
    header: HEADER,
    records: RECORDS,
    cursor: 'accounts:a',
    accounts: 1,
    stores: 1,
  });
  expect(readStep(`${HEADER}\n${end(null)}\n`)).toMatchObject({ records: '', cursor: null });
});

test.each(['', HEADER, `${HEADER}\n${RECORDS}`, `${HEADER}\n{"kind":"en`, end(null)])(
  'a step that broke off is refused: %j',
  (text) => {
    expect(() => readStep(text)).toThrow('broke off');
  },
);
