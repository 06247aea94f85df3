import { describe, expect, it } from 'vitest';
import { missingRooms } from '../../../src/edge/mount/missing-rooms.ts';
import { isMounted, pathAt } from '../../../src/edge/mount/mount-point.ts';
import { readPartyOptions, readWorkerOptions } from '../../../src/edge/mount/read-options.ts';

describe('a mounted path', () => {
  it.each([
    ['/sync', '/'],
    ['/sync/', '/'],
    ['/sync/todo/ws', '/todo/ws'],
    ['/sync/parties/user/x', '/parties/user/x'],
    ['/synchronous/todo/ws', undefined],
    ['/todo/ws', undefined],
    ['/', undefined],
    ['/parties/user/x', undefined],
  ])('%s is %s below /sync', (path, expected) => {
    expect(pathAt({ basePath: '/sync' }, path)).toBe(expected);
  });

  it('is the whole path at the root', () => {
    expect(pathAt({ basePath: '' }, '/')).toBe('/');
    expect(pathAt({ basePath: '' }, '/todo/ws')).toBe('/todo/ws');
  });

  it("also is a URL of PartyKit's parties, by the names that they have", () => {
    const mount = { basePath: '/sync', parties: { auth: 'accounts', user: 'stores' } };
    expect(pathAt(mount, '/parties/accounts/todo/sign-in')).toBe('/parties/auth/todo/sign-in');
    expect(pathAt(mount, '/parties/stores/x')).toBe('/parties/user/x');
    expect(pathAt(mount, '/parties/user/x')).toBeUndefined();
  });

  it('is compared with its escapes, so that app and service agree on who responds', () => {
    const mount = { basePath: '/sync' };
    expect(isMounted(mount, { url: 'https://a.example/sync/todo/x?y=/' })).toBe(true);
    expect(isMounted(mount, { url: 'https://a.example/%73ync/todo/x' })).toBe(false);
    expect(isMounted(mount, { url: 'https://a.example/sync%2Ftodo/x' })).toBe(false);
  });
});

describe('the options', () => {
  it('have defaults', () => {
    expect(readWorkerOptions({})).toMatchObject({
      basePath: '',
      bindings: { auth: 'TINYHOST_AUTH', user: 'TINYHOST_USER' },
    });
    expect(readPartyOptions({}).parties).toEqual({ auth: 'auth', user: 'user' });
    expect(readWorkerOptions({}).settings({ MAIL: 'off' })).toEqual({ MAIL: 'off' });
  });

  it.each(['', '/'])('have the root as the base path %j', (basePath) => {
    expect(readWorkerOptions({ basePath }).basePath).toBe('');
  });

  it('may end the base path in a slash, and name only one binding', () => {
    expect(readWorkerOptions({ basePath: '/a/b/' }).basePath).toBe('/a/b');
    const bindings = { auth: 'TINYHOST_AUTH', user: 'STORES' };
    expect(readWorkerOptions({ bindings: { user: 'STORES' } }).bindings).toEqual(bindings);
  });

  it.each(['sync', '//', '/a//b', '/..', '/a/./b', '/a?b', '/a b', '/%61', 1, null])(
    'refuse the base path %j and say what it has to be',
    (basePath) => {
      const expected = 'createTinyHost: basePath has to be a path like "/sync"';
      expect(() => readWorkerOptions({ basePath })).toThrow(expected);
      expect(() => readPartyOptions({ basePath })).toThrow(expected);
    },
  );

  it.each([
    [
      { basepath: '/sync' },
      'there is no option basepath; the options are basePath, settings, page, dashboard, bindings',
    ],
    [{ bindings: { auht: 'A' } }, 'there is no option bindings.auht'],
    [{ bindings: 'A' }, 'bindings has to be an object with "auth" and "user"'],
    [{ bindings: { auth: 'MY-AUTH' } }, 'bindings.auth has to be the name of a binding'],
    [{ bindings: { auth: 'A', user: 'A' } }, 'bindings needs two different names'],
    [{ settings: {} }, 'settings has to be a function of env'],
    [{ page: '<p>' }, 'page has to be a function'],
    [null, 'the options have to be an object'],
    ['/sync', 'the options have to be an object'],
  ])('of a Worker refuse %j', (options, message) => {
    expect(() => readWorkerOptions(options)).toThrow(TypeError);
    expect(() => readWorkerOptions(options)).toThrow(`createTinyHost: ${message}`);
  });

  it.each(['main', 'tinyhost-auth', 'Auth', '1st'])('refuse the party name %s', (auth) => {
    const message = 'createTinyHost: parties.auth has to be the name of a party';
    expect(() => readPartyOptions({ parties: { auth } })).toThrow(message);
  });
});

describe('missing rooms', () => {
  const names = { auth: 'A', user: 'B' };

  it('are named, in an array that is the same for each request', () => {
    const missing = missingRooms(names, { A: {} }, 'has to exist');
    expect(missing).toEqual([{ variable: 'B', reason: 'has to exist' }]);
    expect(missingRooms(names, { A: {} }, 'has to exist')).toBe(missing);
  });

  it('are undefined if both exist', () => {
    expect(missingRooms(names, { A: {}, B: {} }, 'has to exist')).toBeUndefined();
  });
});
