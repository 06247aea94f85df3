import { scryptSync } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { argon2 } from '../../../../dev/argon2-wasm.ts';
import { loadArgon2 } from '../../../../src/argon2.ts';
import { passwordHashing } from '../../../../src/auth/passwords/password-hash.ts';

const ARGON2 = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;
const SCRYPT = /^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

const salt = Buffer.alloc(16, 1);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');

/** A hash as stored by versions before Argon2id, with a cost low enough for tests. */
const scryptHash = (password: string): string =>
  `$scrypt$ln=4,r=8,p=1$${base64(salt)}$${base64(scryptSync(password, salt, 32, { N: 16, r: 8, p: 1 }))}`;

const withArgon2 = passwordHashing(await loadArgon2(argon2));
const withoutArgon2 = passwordHashing(undefined);

describe('Argon2id', () => {
  it('computes the hashes of the specification', async () => {
    const derive = await loadArgon2(argon2);
    const bytes = new TextEncoder();
    // Test vectors of the reference implementation, phc-winner-argon2/src/test.c.
    const key = (password: string, memory: number, passes: number, lanes: number) =>
      Buffer.from(
        derive!(bytes.encode(password), bytes.encode('somesalt'), { memory, passes, lanes }),
      ).toString('hex');
    expect(key('password', 65_536, 2, 1)).toBe(
      '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
    );
    expect(key('password', 256, 2, 2)).toBe(
      '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037',
    );
    expect(key('differentpassword', 65_536, 2, 1)).toBe(
      '0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde',
    );
  });

  it('is unavailable if its module cannot be loaded or is invalid', async () => {
    expect(await loadArgon2(() => Promise.reject(new Error('no such module')))).toBeUndefined();
    expect(await loadArgon2(async () => ({}) as WebAssembly.Module)).toBeUndefined();
  });

  it('is loaded by a later attempt if the first one failed', async () => {
    let tries = 0;
    const load = async () => {
      tries += 1;
      if (tries === 1) throw new Error('no memory just now');
      return argon2();
    };
    expect(await loadArgon2(load)).toBeUndefined();
    expect(await loadArgon2(load)).toBeDefined();
    expect(await loadArgon2(load)).toBe(await loadArgon2(load));
    expect(tries).toBe(2);
  });

  it('gets a new memory after a failure', async () => {
    const load = async () => argon2();
    const broken = await loadArgon2(load);
    const [password, salt] = [new Uint8Array(8), new Uint8Array(16)];
    // No 32-bit memory is that large.
    const cost = { memory: 4_194_304, passes: 1, lanes: 1 };
    expect(() => broken!(password, salt, cost)).toThrow();
    const next = await loadArgon2(load);
    expect(next).not.toBe(broken);
    expect(next!(password, salt, { ...cost, memory: 64 })).toHaveLength(32);
  });

  it('leaves no part of a password in its memory, which does not grow with each hash', async () => {
    const instance = await WebAssembly.instantiate(await argon2());
    const instantiate = vi.spyOn(WebAssembly, 'instantiate');
    instantiate.mockResolvedValueOnce(instance as never);
    const own = await loadArgon2(async () => argon2());
    instantiate.mockRestore();
    const hashing = passwordHashing(own);
    const password = 'a passphrase that nobody else has';
    for (let count = 0; count < 20; count += 1) hashing.hash(password + 'x'.repeat(count));
    const memory = Buffer.from((instance.exports.memory as WebAssembly.Memory).buffer);
    // An allocator may overwrite the beginning of freed memory.
    expect(memory.includes(password.slice(-10))).toBe(false);
    expect(memory.byteLength).toBeGreaterThan(19 * 2 ** 20);
    expect(memory.byteLength).toBeLessThan(24 * 2 ** 20);
  });
});

describe.each([
  ['with Argon2id', withArgon2, ARGON2],
  ['without Argon2id', withoutArgon2, SCRYPT],
])('a password hash %s', (_, { hash, verify, isOutdated, nobody }, form) => {
  it('is a PHC string at the cost that OWASP or ASVS recommends', () => {
    expect(hash('secret')).toMatch(form);
    expect(nobody).toMatch(form);
  });

  it.each([
    'secret',
    'x',
    '\u6b63\u3057\u3044\u99ac\u96fb\u6c60',
    'a\u0000b',
    '\u{1f511}'.repeat(99),
  ])('verifies only its own password: %j', (password) => {
    const own = hash(password);
    expect(verify(password, own)).toBe(true);
    expect(verify(`${password.slice(0, -1)}y`, own)).toBe(false);
    expect(verify(`${password}y`, own)).toBe(false);
    expect(verify('', own)).toBe(false);
  });

  it('has a unique salt', () => {
    expect(hash('secret')).not.toBe(hash('secret'));
  });

  it('is not outdated', () => {
    expect(isOutdated(hash('secret'))).toBe(false);
  });

  it('with an older cost is verified, and outdated', () => {
    const older = scryptHash('secret');
    expect(verify('secret', older)).toBe(true);
    expect(verify('Secret', older)).toBe(false);
    expect(isOutdated(older)).toBe(true);
  });

  it('is refused if it is not a PHC string', () => {
    expect(() => verify('secret', 'secret')).toThrow('no PHC string');
  });
});

describe('an Argon2id hash, if Argon2id cannot be loaded', () => {
  const hash = withArgon2.hash('secret');

  it('is not treated as a wrong password, and is not replaced by scrypt', () => {
    expect(() => withoutArgon2.verify('secret', hash)).toThrow('cannot be loaded');
    expect(withoutArgon2.isOutdated(hash)).toBe(false);
  });
});
