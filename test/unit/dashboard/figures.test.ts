import { expect, test } from 'vitest';
import { bytesText } from '../../../dashboard/parts/format.ts';
import { accountsByDay } from '../../../dashboard/usage/accounts-by-day.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [12_345, '12.3 kB'],
  [123_456, '123 kB'],
  [999_600, '1.0 MB'],
  [33_554_432, '33.6 MB'],
  [5e15, '5000 TB'],
])('%i bytes are shown as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test('accounts are counted by the days on which they were created, in UTC', () => {
  const now = Date.parse('2026-03-20T12:00:00Z');
  const times = ['2026-03-01T23:59:59Z', '2026-03-19T00:00:00Z', '2026-03-19T23:00:00Z'];
  const days = accountsByDay(times.map(Date.parse), now);
  expect(days).toMatchObject({ from: '2026-03-01', inLastWeek: 2 });
  expect(days.starts[0]).toBe(Date.parse('2026-03-01') / 1000);
  expect(days.starts).toHaveLength(20);
  expect([days.totals[0], days.totals[17], days.totals[18], days.totals[19]]).toEqual([1, 1, 3, 3]);
});

test('the first accounts are shown over two weeks, and a clock that is ahead breaks nothing', () => {
  const now = Date.parse('2026-03-20T12:00:00Z');
  const days = accountsByDay([now + 86_400_000], now);
  expect(days.starts).toHaveLength(14);
  expect(days.totals.at(-1)).toBe(1);
});
