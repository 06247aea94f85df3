import { describe, expect, it } from 'vitest';
import { deliverableAddress, isAddress, normaliseAddress } from '../../../src/email-address.ts';

const LABEL = 'a'.repeat(63);

describe('an e-mail address', () => {
  it.each([
    "o'brien@example.com",
    'tom&jerry@example.com',
    "!#$%&'*+/=?^_`{|}~.-@example.com",
    'anna@xn--mnchen-3ya.de',
    'anna@m\u00fcnchen.de',
    '\u043f\u043e\u0447\u0442\u0430@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444',
    '\u7528\u6237@\u4f8b\u5b50\u3002\u4e2d\u56fd',
    'zoe\u0308@example.com',
    'ada+todo@example.co.uk',
    'root@localhost',
    'ada@127.0.0.1',
    '.dots..anywhere.@example.com',
    `ada@${LABEL}.com`,
    `${'a'.repeat(242)}@example.com`,
    'a@b',
  ])('is %s', (text) => {
    expect(isAddress(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no @', 'example.com'],
    ['an empty local part', '@example.com'],
    ['an empty domain', 'ada@'],
    ['two @', 'ada@one@example.com'],
    ['two addresses', 'ada@example.com,eve@example.com'],
    ['a space', 'ada lovelace@example.com'],
    ['a quoted space', '"ada lovelace"@example.com'],
    ['a no-break space', 'ada\u00a0l@example.com'],
    ['a line break', 'ada\n@example.com'],
    ['a header', 'ada@example.com\r\nBcc: eve@example.com'],
    ['a line separator', 'ada\u2028@example.com'],
    ['a null character', 'ada\u0000@example.com'],
    ['a C1 control', 'ada\u0085@example.com'],
    ['a display name', '"Ada" <ada@example.com>'],
    ['a zero-width space', 'a\u200bda@example.com'],
    ['a right-to-left override', 'ada\u202e@example.com'],
    ['an invisible letter', 'ada\u115f@example.com'],
    ['a lone surrogate', 'ada\ud800@example.com'],
    ['an invisible in the domain', 'ada@exa\u00admple.com'],
    ['an address literal', 'ada@[127.0.0.1]'],
    ['a port', 'ada@example.com:25'],
    ['a path', 'ada@example.com/'],
    ['a path that appears by mapping', 'ada@\u00fcexample.com\uff0fx'],
    ['an escape', 'ada@%6dunich.de'],
    ['an empty label', 'ada@example..com'],
    ['an empty international label', 'ada@m\u00fcnchen..de'],
    ['a dot at the end', 'ada@example.com.'],
    ['a label that begins with a hyphen', 'ada@-example.com'],
    ['an underscore in the domain', 'ada@ex_ample.com'],
    ['a label of 64 characters', `ada@a${LABEL}.com`],
    ['255 bytes', `${'a'.repeat(243)}@example.com`],
    ['254 characters of two bytes', `${'\u00e4'.repeat(242)}@example.com`],
  ])('does not have %s', (_, text) => {
    expect(isAddress(text)).toBe(false);
  });

  it.each([
    ['ZOE\u0308@Example.com', 'zo\u00eb@example.com'],
    ['Anna@M\u00dcNCHEN.de', 'anna@xn--mnchen-3ya.de'],
    ['anna@mu\u0308nchen.de', 'anna@XN--mnchen-3ya.de'],
    ['ada@\u4f8b\u5b50\u3002\u4e2d\u56fd', 'ada@xn--fsqu00a.xn--fiqs8s'],
    ['ada@\uff45xample.com', 'ada@example.com'],
    [' ada@example.com\t', 'ada@example.com'],
  ])('%s is the same as %s', (one, other) => {
    expect(normaliseAddress(one)).toBe(normaliseAddress(other));
  });

  it('keeps addresses of different people apart', () => {
    const addresses = ['o@example.com', '\u00f6@example.com', "o'@example.com", 'o@example.de'];
    expect(new Set(addresses.map(normaliseAddress)).size).toBe(4);
  });

  it('receives mail at the DNS name of its domain', () => {
    expect(deliverableAddress('Anna@M\u00fcnchen.de')).toBe('Anna@xn--mnchen-3ya.de');
    expect(deliverableAddress('Ann@Example.com')).toBe('Ann@Example.com');
  });
});
