import { describe, expect, it } from 'vitest';
import { isCommonPassword, refusePassword } from '../../src/auth/password-policy.ts';

const EMAIL = 'Ann.Lee@Example.com';
const refuse = (password: string, minLength = 8) => refusePassword(password, EMAIL, minLength);

describe('the password policy', () => {
  it('takes 8 to 256 characters of any kind', () => {
    expect(refuse('a b c d ')).toBeUndefined();
    expect(refuse('\u{1f511}'.repeat(8))).toBeUndefined();
    expect(refuse('x'.repeat(256))).toBeUndefined();
  });

  it('refuses one that is shorter or longer, naming the field', () => {
    expect(refuse('1234567')).toMatchObject({ error: 'invalid_field', field: 'password' });
    expect(refuse('\u{1f511}'.repeat(7))).toMatchObject({ error: 'invalid_field' });
    expect(refuse('x'.repeat(257))).toMatchObject({ error: 'invalid_field' });
  });

  it('can ask for more characters', () => {
    expect(refuse('x'.repeat(63), 64)).toMatchObject({ error: 'invalid_field' });
    expect(refuse('x'.repeat(64), 64)).toBeUndefined();
  });

  it.each(['Ann.Lee@Example.com', 'ann.lee@example.com', ' ANN.LEE@EXAMPLE.COM'])(
    'refuses the address itself: %s',
    (password) => {
      expect(refuse(password)).toMatchObject({ error: 'invalid_field', field: 'password' });
    },
  );

  it('refuses what stands before the @', () => {
    expect(refusePassword('annabel-lee', 'annabel-lee@example.com', 8)).toBeDefined();
  });
});

describe('the common passwords', () => {
  it.each([
    'password1',
    'PassWord1',
    'qwertyuiop',
    '12345678',
    '\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18',
  ])('hold %s', async (password) => {
    expect(await isCommonPassword(password)).toBe(true);
  });

  it('do not hold a passphrase', async () => {
    expect(await isCommonPassword('correct horse battery')).toBe(false);
  });
});
