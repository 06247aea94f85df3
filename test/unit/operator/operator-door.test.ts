import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OperatorAccess } from '../../../src/edge/environment.ts';
import { permit } from '../../../src/edge/middleware/operator-door.ts';
import { EdgeWorld } from '../../helpers/in-memory/edge-world.ts';

const OPERATOR_KEY = 'an operator key'.replaceAll(' ', '-').repeat(3);

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];
const PATHS = [
  '/admin',
  '/admin/',
  '/admin/keys',
  '/admin/keys/x',
  '/admin/nothing',
  '/%61dmin/keys',
];

describe('without OPERATOR_KEY', () => {
  it.each(PATHS)('%s is answered like a route that does not exist', async (path) => {
    const world = new EdgeWorld();
    for (const method of METHODS) {
      const answer = await world.send(method, path, { key: OPERATOR_KEY });
      const unknown = await world.send(method, '/nothing/at/all', { key: OPERATOR_KEY });
      expect(answer.status).toBe(404);
      expect([...answer.headers.keys()]).toEqual([...unknown.headers.keys()]);
      expect(answer.body.error).toBe(unknown.body.error);
    }
    expect(world.called).toEqual([]);
  });
});

describe('with OPERATOR_KEY', () => {
  const wrong = [
    undefined,
    '',
    OPERATOR_KEY.slice(1),
    `${OPERATOR_KEY}x`,
    OPERATOR_KEY.toUpperCase(),
    `${OPERATOR_KEY}, Bearer ${OPERATOR_KEY}`,
    `thk_${'0'.repeat(64)}`,
  ];

  it.each(wrong)('the key %j is refused on every path and with every method', async (key) => {
    const world = new EdgeWorld({ OPERATOR_KEY });
    for (const path of PATHS) {
      for (const method of METHODS) {
        const details = key === undefined ? {} : { key };
        expect((await world.send(method, path, details)).status, `${method} ${path}`).toBe(401);
      }
    }
  });

  it('a key in another place than the Authorization header is refused', async () => {
    const world = new EdgeWorld({ OPERATOR_KEY });
    for (const name of ['key', 'token', 'sessionUuid', 'access_token']) {
      expect((await world.send('GET', `/admin/keys?${name}=${OPERATOR_KEY}`)).status).toBe(401);
    }
  });

  it('the right one opens the door without a call to a room', async () => {
    const world = new EdgeWorld({ OPERATOR_KEY });
    expect((await world.send('GET', '/admin/nothing', { key: OPERATOR_KEY })).status).toBe(404);
    expect(world.called).toEqual([]);
    const refused = await world.send('PUT', '/admin/keys', { key: OPERATOR_KEY });
    expect(refused).toMatchObject({ status: 405, body: { error: 'method_not_allowed' } });
    expect(refused.headers.get('Allow')).toBe('GET, HEAD, POST');
    expect((await world.send('GET', '/admin/keys', { key: OPERATOR_KEY })).status).toBe(200);
  });

  it('no namespace has the name of the door', async () => {
    const world = new EdgeWorld({ OPERATOR_KEY });
    const body = { email: 'ann@example.com', password: 'correct horse battery' };
    for (const path of ['/admin/sign-up', '/parties/auth/admin/sign-up']) {
      const answer = await world.send('POST', path, { key: OPERATOR_KEY, body });
      expect(answer.status).toBe(404);
    }
  });

  it('too many wrong keys from one network get 429, and a right key still works there', async () => {
    const world = new EdgeWorld({ OPERATOR_KEY, AUTH_REQUESTS_PER_MINUTE: 3 });
    const statuses = [];
    for (const key of ['a', `thk_${'0'.repeat(64)}`, 'c', 'd']) {
      statuses.push((await world.send('GET', '/admin/keys', { key })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
    const throttled = await world.send('GET', '/admin/keys', { key: 'e' });
    expect(throttled.body.error).toBe('too_many_requests');
    expect(throttled.headers.get('Retry-After')).toMatch(/^\d+$/);
    expect((await world.send('GET', '/admin/keys')).status).toBe(401);
    expect((await world.send('GET', '/admin/keys', { key: OPERATOR_KEY })).status).toBe(200);
    const elsewhere = { key: 'f', address: '192.0.2.9' };
    expect((await world.send('GET', '/admin/keys', elsewhere)).status).toBe(401);
  });

  it('no log line contains a key, a wrong one, or the hash of one', async () => {
    const world = new EdgeWorld({ OPERATOR_KEY });
    // The other tests have used up the lines of this hour.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const body = { scopes: ['stores:read'], note: 'a private note' };
    const { body: issued } = await world.send('POST', '/admin/keys', { key: OPERATOR_KEY, body });
    const key = String(issued.key);
    const wrongOnes = [`thk_${'0'.repeat(64)}`, `${OPERATOR_KEY}x`];
    for (const one of [key, ...wrongOnes]) await world.send('GET', '/admin/keys', { key: one });
    await world.send('DELETE', `/admin/keys/${issued.id}`, { key: OPERATOR_KEY });
    const events = lines
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event !== 'refused-unsaid');
    expect(events.map(({ event, outcome }) => [event, outcome])).toEqual([
      ['key-created', undefined],
      ['refused', 'forbidden'],
      ['refused', 'unauthorized'],
      ['refused', 'unauthorized'],
      ['key-revoked', undefined],
    ]);
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key));
    const secrets = [OPERATOR_KEY, key.slice(4), Buffer.from(hash).toString('hex'), '0000', 'note'];
    for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret);
  });
});

describe('a route', () => {
  const key: OperatorAccess = { key: 'id', namespace: null, scopes: ['accounts:read'] };

  it('is open to a key with its scope and no other', () => {
    expect(permit(key, 'accounts:read', 'todo').ok).toBe(true);
    expect(permit(key, 'accounts:write', 'todo')).toMatchObject({ error: 'forbidden' });
    expect(permit(key, 'keys:write', undefined)).toMatchObject({ error: 'forbidden' });
  });

  it('is closed to a key of another namespace, and one about all namespaces to it as well', () => {
    const todo = { ...key, namespace: 'todo' };
    expect(permit(todo, 'accounts:read', 'todo').ok).toBe(true);
    expect(permit(todo, 'accounts:read', 'notes')).toMatchObject({ error: 'forbidden' });
    expect(permit(todo, 'accounts:read', undefined)).toMatchObject({ error: 'forbidden' });
  });

  it('is open to OPERATOR_KEY, whatever it needs', () => {
    const operator = { key: null, namespace: null, scopes: null };
    expect(permit(operator, 'keys:write', undefined).ok).toBe(true);
    expect(permit(operator, 'backup:write', 'todo').ok).toBe(true);
  });
});
