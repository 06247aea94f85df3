import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SCOPES } from '../../../src/protocol/http-api/operator-keys.ts';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';
import type { Endpoint } from '../../helpers/requests/documented-api.ts';
import { titled } from '../../helpers/requests/documented-api.ts';
import {
  allBut,
  isAllowed,
  type KeyRights,
  OPERATOR_ENDPOINTS,
  pathIn,
  scopeOf,
} from '../../helpers/requests/operator-matrix.ts';

const OPERATOR_KEY = '0123456789abcdef0123456789abcdef';
const ALL_SCOPES = [...SCOPES, 'keys:write'];

let world: EdgeWorld;
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  world = new EdgeWorld({ OPERATOR_KEY, NAMESPACES: '*', AUTH_REQUESTS_PER_MINUTE: 0 });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Sends a request without a body: whether a key may do something is checked before. */
const send = ({ method }: Endpoint, path: string, key?: string) =>
  world.send(method, path, key === undefined ? {} : { key });

async function newKey({ namespace, scopes }: KeyRights): Promise<string> {
  const created = await world.send('POST', '/admin/keys', {
    key: OPERATOR_KEY,
    body: { namespace, scopes },
  });
  expect(created.status).toBe(200);
  return `${created.body.key}`;
}

/** Keys with each scope alone, and with all but that one, for each choice of namespaces. */
const RIGHTS: KeyRights[] = SCOPES.flatMap((scope) =>
  [[scope], allBut(scope)].flatMap((scopes) =>
    [null, 'todo', 'notes'].map((namespace) => ({ namespace, scopes })),
  ),
);

describe('the document', () => {
  it('names the scope of each operation of the operator, except one for all keys', () => {
    const open = OPERATOR_ENDPOINTS.filter((one) => scopeOf(one) === undefined);
    expect(open.map(({ id }) => id)).toEqual(['describeAccess']);
    for (const endpoint of OPERATOR_ENDPOINTS.filter((one) => !open.includes(one))) {
      expect(ALL_SCOPES, endpoint.id).toContain(scopeOf(endpoint));
    }
    expect(OPERATOR_ENDPOINTS.length).toBeGreaterThan(15);
  });
});

it('every key may do exactly what its scopes and its namespace allow, on every route', async () => {
  for (const rights of RIGHTS) {
    const key = await newKey(rights);
    for (const endpoint of OPERATOR_ENDPOINTS) {
      for (const namespace of ['todo', 'notes']) {
        const path = pathIn(namespace, endpoint);
        const { status, body } = await send(endpoint, path, key);
        const title = `${JSON.stringify(rights)} ${endpoint.method} ${path}: ${status}`;
        if (isAllowed(rights, endpoint, namespace)) expect([401, 403], title).not.toContain(status);
        else expect({ status, body }, title).toMatchObject({ body: { error: 'forbidden' } });
      }
    }
  }
}, 60_000);

it.each(titled(OPERATOR_ENDPOINTS))(
  '%s is open to OPERATOR_KEY and closed to everybody else',
  async (_, endpoint) => {
    const path = pathIn('todo', endpoint);
    expect([401, 403, 405]).not.toContain((await send(endpoint, path, OPERATOR_KEY)).status);
    for (const key of [undefined, 'x'.repeat(32), `thk_${'0'.repeat(64)}`]) {
      expect((await send(endpoint, path, key)).body).toMatchObject({ error: 'unauthorized' });
    }
    world = new EdgeWorld({ NAMESPACES: '*' });
    expect(await send(endpoint, path, OPERATOR_KEY)).toMatchObject({
      status: 404,
      body: { error: 'not_found' },
    });
    expect(world.called).toEqual([]);
  },
);
