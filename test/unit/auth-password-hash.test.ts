import { describe, expect, it } from 'vitest';
import { hashPassword, isOutdated, verifyPassword } from '../../src/auth/password-hash.ts';

const CHEAP = { logN: 4, blockSize: 8, parallelism: 1 };

describe('a password hash', () => {
  it('is a PHC string at the cost that OWASP names', () => {
    expect(hashPassword('secret')).toMatch(
      /^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it('verifies its own password only', () => {
    const hash = hashPassword('secret', CHEAP);
    expect(verifyPassword('secret', hash)).toBe(true);
    expect(verifyPassword('Secret', hash)).toBe(false);
    expect(verifyPassword('', hash)).toBe(false);
  });

  it('has a salt of its own', () => {
    expect(hashPassword('secret', CHEAP)).not.toBe(hashPassword('secret', CHEAP));
  });

  it('is outdated at any other cost than the present one', () => {
    expect(isOutdated(hashPassword('secret', CHEAP))).toBe(true);
    expect(isOutdated(hashPassword('secret'))).toBe(false);
  });

  it('is refused where it is no PHC string', () => {
    expect(() => verifyPassword('secret', 'secret')).toThrow('no PHC string');
  });
});
