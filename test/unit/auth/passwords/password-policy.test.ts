import { describe, expect, it } from 'vitest';
import {
  contextWords,
  refuseGuessable,
  refuseLength,
  visibleLength,
} from '../../../../src/auth/passwords/password-policy.ts';

const FIELD = { error: 'invalid_field', field: 'password' };

describe('the length of a password', () => {
  it('is from 8 to 256 characters of any kind', () => {
    expect(refuseLength('a b c d ', 8)).toBeUndefined();
    expect(refuseLength('\u{1f511}'.repeat(8), 8)).toBeUndefined();
    expect(refuseLength('x'.repeat(256), 8)).toBeUndefined();
    expect(refuseLength('1234567', 8)).toMatchObject(FIELD);
    expect(refuseLength('\u{1f511}'.repeat(7), 8)).toMatchObject(FIELD);
    expect(refuseLength('x'.repeat(257), 8)).toMatchObject(FIELD);
  });

  it('can have a higher minimum', () => {
    expect(refuseLength('x'.repeat(63), 64)).toMatchObject(FIELD);
    expect(refuseLength('x'.repeat(64), 64)).toBeUndefined();
  });

  it.each([
    ['one character that normalises to 18', '\ufdfa', 1],
    ['a ligature', '\ufb03', 1],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164', 0],
    ['tags and variation selectors', '\u{e0041}\u{e0042}\ufe0f\u{e0100}', 0],
    ['control characters', '\u0000\u0001\u007f\u0085', 0],
    ['zero-width characters between letters', 'a\u200bb\u2060c', 3],
    ['a letter under a pile of accents', `a${'\u0301'.repeat(20)}`, 1],
    ['composed and decomposed letters', '\u00e9e\u0301', 2],
    ['a family', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', 1],
    ['a flag', '\u{1f1e9}\u{1f1ea}', 1],
    ['spaces', 'a b', 3],
    ['nothing', '', 0],
  ])('counts the visible characters as typed: %s', (_, password, length) => {
    expect(visibleLength(password)).toBe(length);
  });
});

describe('a password that is easy to guess', () => {
  const words = contextWords(
    'my-todos',
    'Annabel.Lee@Poe-Works.example',
    'kingdom-by-the-sea.partykit.dev',
  );

  it.each([
    ['in every list', 'password1 PassWord1 qwertyuiop iloveyou football sunshine1 starwars'],
    ['a keyboard pattern', '1q2w3e4r5t zaq12wsx 1qaz2wsx asdfghjkl qwerty123456 zxcvbnm1'],
    ['a sequence', '12345678 87654321 abcdefgh hgfedcba 98765432 1234567890 abcd1234'],
    ['a repeat', '88888888 00000000 aaaaaaaa 123123123 adminadmin 11112222 abcabcabcabc'],
    ['spelled with digits and symbols', 'P@$$w0rd p4ssw0rd! 1l0v3y0u $un$h1ne'],
    ['a word and a few digits', 'welcome1 letmein123 monkey123 Password123! google123'],
    ['a date', '20001231 13.05.1987 1999-12-31'],
    ['in full-width digits', '\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18'],
    ['with invisible characters', 'pass\u200bword1 pass\u00adword1'],
    ['the address', 'annabel.lee@poe-works.example ANNABEL.LEE@POE-WORKS.EXAMPLE'],
    ['a part of the address', 'annabel.lee annabel1 poe-works poeworks1 annabel2024'],
    ['the namespace', 'my-todos my-todos1 todos123'],
    ['the host', 'kingdom-by-the-sea kingdom-by-the-sea.partykit.dev kingdombythesea1 partykit1'],
    ['the service', 'tinyhost tinyhost1 T1nyh0st! tinyhosttinyhost'],
  ])('is refused: %s', async (_, passwords) => {
    for (const password of passwords.split(' ')) {
      expect(await refuseGuessable(password, words), password).toMatchObject(FIELD);
    }
  });

  it('is refused at any length', async () => {
    for (const password of ['x'.repeat(256), 'password'.repeat(32), ' '.repeat(64)]) {
      expect(await refuseGuessable(password, words)).toMatchObject(FIELD);
    }
  });

  it.each([
    'correct horse battery',
    'secure_password',
    'a long enough passphrase',
    'kjw83hf7',
    'vG7#kQ2p',
    'annabel lives by the sea',
    '\u6b63\u3057\u3044\u99ac\u96fb\u6c60\u30db\u30c1\u30ad\u30b9',
  ])('is not %s', async (password) => {
    expect(await refuseGuessable(password, words)).toBeUndefined();
  });
});
