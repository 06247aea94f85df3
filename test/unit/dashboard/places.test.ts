import { expect, test } from 'vitest';
import { hrefOf, type Place, readPlace } from '../../../dashboard/route.ts';

test.each<[string, Place]>([
  ['#/keys', { section: 'keys' }],
  ['#/todo/accounts', { section: 'accounts', namespace: 'todo' }],
  ['#/todo/accounts/a%2Fb', { section: 'accounts', namespace: 'todo', id: 'a/b' }],
  ['#/todo/accounts/a/data', { section: 'accounts', namespace: 'todo', id: 'a', isData: true }],
  ['#/keys/usage', { section: 'usage', namespace: 'keys' }],
])('%s leads to a place and back', (fragment, place) => {
  expect(readPlace(fragment)).toMatchObject(place);
  expect(hrefOf(place)).toBe(fragment);
});

test.each(['', '#', '#/todo', '#/todo/keys', '#/todo/nothing', '#//accounts'])(
  '%j names no place',
  (fragment) => {
    expect(readPlace(fragment)).toBeUndefined();
  },
);

test('a broken escape in a link does not break the dashboard', () => {
  expect(readPlace('#/todo/accounts/%zz')).toMatchObject({ id: '%zz' });
});
