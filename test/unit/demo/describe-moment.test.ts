import { expect, test } from 'vitest';
import type { ListedSession, StoreMoment } from '../../../client/index.ts';
import { describeAuthors, describeCounts } from '../../../demo/history/describe-moment.ts';

const AT = '2026-01-01T00:00:00.000Z';
const moment: StoreMoment = {
  ...{ id: '7', kind: 'changes', since: AT, until: AT, by: [] },
  ...{ tables: {}, more_tables: 0, values: 0 },
};
const session = (id: string, user_agent: string, current = false): ListedSession => ({
  ...{ id, user_agent, current, created_at: AT, last_used_on: '2026-01-01', expires_at: AT },
});
const authors = {
  email: 'ann@example.com',
  members: [
    { id: 'a', email: 'ann@example.com', role: 'owner' as const, joined_at: AT },
    { id: 'b', email: 'bob@example.com', role: 'viewer' as const, joined_at: AT },
  ],
  sessions: [
    session('0123456789abcdef0000', 'Firefox on Linux', true),
    session('123456789abcdef00000', 'Safari on iOS'),
    session('23456789abcdef000000', ''),
  ],
};

test.each<[StoreMoment['kind'], string[], string]>([
  ['changes', [], 'Changed'],
  ['changes', ['member:a'], 'Changed by you'],
  ['restore', ['member:b'], 'Restored by bob@example.com'],
  ['deletion', ['member:a', 'member:b'], 'Largely deleted by you and bob@example.com'],
  [
    'changes',
    ['member:c', 'member:d', 'key:7', 'member:a'],
    'Changed by a former member, an operator of this service and you',
  ],
  [
    'changes',
    ['session:0123456789abcdef', 'session:123456789abcdef0', 'session:23456789abcdef00'],
    'Changed by this device, Safari on iOS and another device',
  ],
  ['changes', ['session:ffffffffffffffff'], 'Changed by a device that is signed out'],
])('a moment of the kind %s by %j is “%s”', (kind, by, text) => {
  expect(describeAuthors({ ...moment, kind, by }, authors)).toBe(text);
});

test.each<[Partial<StoreMoment>, string]>([
  [{}, ''],
  [{ tables: { tasks: { rows: 1, cells: 2 } } }, 'tasks: 1 row, 2 cells'],
  [
    { tables: { a: { rows: 2, cells: 1 }, b: { rows: 1, cells: 1 } }, more_tables: 3, values: 1 },
    'a: 2 rows, 1 cell · b: 1 row, 1 cell · 3 more tables · 1 value',
  ],
])('the counts %j are “%s”', (counts, text) => {
  expect(describeCounts({ ...moment, ...counts })).toBe(text);
});
