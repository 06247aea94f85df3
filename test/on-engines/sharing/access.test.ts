import { beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ENDPOINTS } from '../../helpers/requests/documented-api.ts';
import {
  ACCESS_ROWS,
  type AccessRow,
  VISITORS,
  type Visitor,
} from '../../helpers/sharing/access-table.ts';
import { Visit } from '../../helpers/sharing/visit.ts';
import {
  newVisitedStore,
  newVisitors,
  type VisitedStore,
  type Visitors,
} from '../../helpers/sharing/visitors.ts';

/** The routes of shared stores, and those that a shared store has in common with private ones. */
const SHARED = ENDPOINTS.filter(
  ({ path, operation }) => operation.tags.includes('sharing') || path.includes('{room}'),
);

/** The app has one route for all paths below `/store`. */
const routeOf = (path: string): string =>
  path.replace(/(\{store\}\/store)\b(?!\/(?:history|restore)).*/, '$1/*');

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
let shared: VisitedStore;
beforeAll(async () => {
  visitors = await newVisitors();
  shared = await newVisitedStore(visitors);
});

const titled = (rows: AccessRow[]): [string, AccessRow][] => rows.map((row) => [row.title, row]);
const isSocket = ({ answers }: AccessRow) => answers.owner === 'open';

test('the table has every route of shared stores', () => {
  const rows = new Set(ACCESS_ROWS.map((row) => `${row.method} ${routeOfRow(row)}`));
  const routes = new Set(SHARED.map(({ method, path }) => `${method} ${routeOf(path)}`));
  expect([...routes].filter((route) => !rows.has(route))).toEqual([]);
});

const requests = titled(ACCESS_ROWS.filter((row) => !isSocket(row)));

/** Whether a success decides what the next request finds. */
const changesMuch = ({ method, path }: AccessRow): boolean =>
  method === 'DELETE' || (method !== 'GET' && /accept|members|restore/.test(path));

/** The answers to a visitor, one for each path of the row. */
async function answersTo(visitor: Visitor, row: AccessRow, fresh?: VisitedStore) {
  const answers: string[] = [];
  let visited = fresh ?? shared;
  for (const { path, body } of targetsOf(row)) {
    const answer = await new Visit(visitors, visited).ask(visitor, row.method, path, body);
    if (fresh && answer.startsWith('2')) visited = await newVisitedStore(visitors);
    answers.push(answer);
  }
  return { answers, visited };
}

test.each(requests)('%s answers everybody as the table says', async (_, row) => {
  const answers: Partial<Record<Visitor, string[]>> = {};
  let fresh = changesMuch(row) ? await newVisitedStore(visitors) : undefined;
  const ask = async (visitor: Visitor) => {
    const answered = await answersTo(visitor, row, fresh);
    answers[visitor] = answered.answers;
    if (fresh) fresh = answered.visited;
  };
  if (fresh) for (const visitor of VISITORS) await ask(visitor);
  else await Promise.all(VISITORS.map(ask));
  const count = targetsOf(row).length;
  const expected = VISITORS.map((visitor) => [visitor, Array(count).fill(row.answers[visitor])]);
  expect(answers).toEqual(Object.fromEntries(expected));
});

const sockets = titled(ACCESS_ROWS.filter(isSocket));

test.each(sockets)('a socket at %s ends for everybody as the table says', async (_, row) => {
  const visit = new Visit(visitors, shared);
  const outcomes = VISITORS.map(async (visitor) => {
    const { outcome, socket } = await visit.connect(visitor, row.path);
    return [visitor, outcome, socket] as const;
  });
  const ended = await Promise.all(outcomes);
  expect(Object.fromEntries(ended)).toEqual(row.answers);
  const stays = ended.filter(([, outcome]) => outcome === 'open');
  for (const [visitor, , { readyState }] of stays) expect(readyState, visitor).toBe(WebSocket.OPEN);
});
