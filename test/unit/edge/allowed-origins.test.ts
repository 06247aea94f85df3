import { describe, expect, it, test } from 'vitest';
import { parseOrigins } from '../../../src/config/allowed-origins.ts';
import { isAllowedOrigin } from '../../../src/edge/middleware/origins.ts';

const OWN = 'http://own.example';
const APP = 'https://app.example.com';

describe('the list of allowed origins', () => {
  it.each([
    `${APP}/`,
    ` ${APP} , https://two.example`,
    `${APP}:443`,
    'HTTPS://APP.Example.COM',
    'https://*.example.com',
    'https://*.EXAMPLE.com:443/',
    '*',
    `https://two.example,*`,
  ])('%s allows the app', (list) => {
    expect(isAllowedOrigin(APP, OWN, parseOrigins(list)!)).toBe(true);
  });

  it.each([
    ['', 'an empty one'],
    [`${APP},`, 'an empty entry'],
    ['null', 'the origin of every sandboxed page'],
    ['app.example.com', 'no scheme'],
    ['localhost:3000', 'no scheme before a port'],
    [`${APP}/path`, 'a path'],
    [`${APP}?`, 'a query'],
    ['https://user@app.example.com', 'a user name'],
    ['https://*', 'a wildcard for everything'],
    ['https://*.com', 'a wildcard for a top-level domain'],
    ['https://app.*.com', 'a wildcard in the middle'],
    ['https://*.*.example.com', 'two wildcards'],
    ['https://app*.example.com', 'a wildcard in a label'],
    ['https://app.example.com https://two.example', 'no comma'],
    ['file:///', 'no host'],
  ])('%s is refused: %s', (list) => {
    expect(parseOrigins(list)).toBeUndefined();
  });

  it('accepts origins of apps, ports and international names in the form that browsers send', () => {
    const list = 'capacitor://localhost, http://localhost:5173, https://m\u00fcnchen.de';
    expect(parseOrigins(list)).toEqual([
      'capacitor://localhost',
      'http://localhost:5173',
      'https://xn--mnchen-3ya.de',
    ]);
  });
});

test.each([
  [APP, `${APP}.evil.example`, false],
  [APP, 'http://app.example.com', false],
  [APP, 'null', false],
  [APP, OWN, true],
  ['https://*.example.com', 'https://example.com', false],
  ['https://*.example.com', 'https://a.b.example.com', false],
  ['https://*.example.com', 'http://a.example.com', false],
  ['https://*.example.com', 'https://a.example.com:8443', false],
  ['https://*.example.com', 'https://evil.com/.example.com', false],
  ['https://*.example.com', 'https://.example.com', false],
  ['https://*.example.com:8443', 'https://a.example.com:8443', true],
  ['http://*.localhost:5173', 'http://one.localhost:5173', true],
])('with ALLOWED_ORIGINS "%s" the origin %s is allowed: %s', (list, origin, expected) => {
  expect(isAllowedOrigin(origin, OWN, parseOrigins(list)!)).toBe(expected);
});
