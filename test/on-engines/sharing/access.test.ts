import { beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  ACCESS_ROWS,
  type AccessRow,
  VISITORS,
  type Visitor,
} from '../../helpers/requests/access-table.ts';
import { ENDPOINTS } from '../../helpers/requests/documented-api.ts';
import { Visit } from '../../helpers/requests/visit.ts';
import {
  fillStore,
  newVisitedStore,
  newVisitors,
  type Visitors,
} from '../../helpers/requests/visitors.ts';

/** The routes of shared stores, and those that a shared store has in common with private ones. */
const SHARED = ENDPOINTS.filter(
  ({ path, operation }) => operation.tags.includes('sharing') || path.includes('{room}'),
);

/** The app has one route for all paths below `/store`. */
const routeOf = (path: string): string => path.replace(/(\{store\}\/store)\b.*/, '$1/*');

/** The route of a row, whose path may name a certain member. */
const routeOfRow = ({ path }: AccessRow): string =>
  path.replace(/\?.*/, '').replace(/(members)\/\{\w+\}/, '$1/{member}');

/** The paths of a row, each with the body of its example in the API document. */
function targetsOf(row: AccessRow): { path: string; body: unknown }[] {
  const endpoints = SHARED.filter(({ path }) => routeOf(path) === routeOfRow(row));
  const paths = row.path.endsWith('*') ? endpoints.map(({ path }) => path) : [row.path];
  return [...new Set(paths)].map((path) => {
    const endpoint = endpoints.find(
      ({ method, ...one }) => method === row.method && [one.path, row.path].includes(path),
    );
    const [media] = Object.values(endpoint?.operation.requestBody?.content ?? {});
    return { path, body: media?.example };
  });
}

let visitors: Visitors;
beforeAll(async () => {
  visitors = await newVisitors();
});

const titled = (rows: AccessRow[]): [string, AccessRow][] => rows.map((row) => [row.title, row]);
const isSocket = ({ answers }: AccessRow) => answers.owner === 'open';

test('the table has every route of shared stores', () => {
  const rows = new Set(ACCESS_ROWS.map((row) => `${row.method} ${routeOfRow(row)}`));
  const routes = new Set(SHARED.map(({ method, path }) => `${method} ${routeOf(path)}`));
  expect([...routes].filter((route) => !rows.has(route))).toEqual([]);
});

const requests = titled(ACCESS_ROWS.filter((row) => !isSocket(row)));

test.each(requests)('%s answers everybody as the table says', async (_, row) => {
  const answers: Partial<Record<Visitor, string[]>> = {};
  const expected: Partial<Record<Visitor, string[]>> = {};
  const targets = targetsOf(row);
  let visited = await newVisitedStore(visitors);
  for (const visitor of VISITORS) {
    const answered: string[] = [];
    const isChange = row.method !== 'GET' && row.answers[visitor].startsWith('2');
    for (const { path, body } of targets) {
      answered.push(await new Visit(visitors, visited).ask(visitor, row.method, path, body));
      // The next request has to find the same.
      if (isChange && row.path.endsWith('*')) await fillStore(visitors, visited.store);
      else if (isChange) visited = await newVisitedStore(visitors);
    }
    answers[visitor] = answered;
    expected[visitor] = targets.map(() => row.answers[visitor]);
  }
  expect(answers).toEqual(expected);
});

const sockets = titled(ACCESS_ROWS.filter(isSocket));

test.each(sockets)('a socket at %s ends for everybody as the table says', async (_, row) => {
  const visit = new Visit(visitors, await newVisitedStore(visitors));
  const outcomes = VISITORS.map(async (visitor) => {
    const { outcome, socket } = await visit.connect(visitor, row.path);
    return [visitor, outcome, socket] as const;
  });
  const ended = await Promise.all(outcomes);
  expect(Object.fromEntries(ended)).toEqual(row.answers);
  const stays = ended.filter(([, outcome]) => outcome === 'open');
  for (const [visitor, , { readyState }] of stays) expect(readyState, visitor).toBe(WebSocket.OPEN);
});
