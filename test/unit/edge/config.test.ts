import { describe, expect, it, test } from 'vitest';
import { findFaults, readConfig } from '../../../src/config/config.ts';

const SECRET = `whsec_${'c2VjcmV0'.repeat(4)}`;
const WEBHOOK = {
  MAIL: 'webhook',
  MAIL_WEBHOOK_URL: 'https://mail.example/hook',
  MAIL_WEBHOOK_SECRET: SECRET,
};

test('settings are texts or numbers and have defaults', () => {
  const config = readConfig({ SESSION_DAYS: '30', MAX_DEVICES: 2, HIBERNATE: 'off' });
  expect(config).toMatchObject({ SESSION_DAYS: 30, MAX_DEVICES: 2, HIBERNATE: 'off' });
  expect(config).toMatchObject({ MIN_PASSWORD_LENGTH: 8, MAIL: 'off', SIGN_UP: 'on' });
  expect(config).toMatchObject({ EMAIL_VERIFICATION: 'off', ALLOWED_ORIGINS: ['*'] });
});

describe('an invalid setting', () => {
  it.each([
    ['MAX_DEVICES', { MAX_DEVICES: 'many' }],
    ['MAX_DEVICES', { MAX_DEVICES: '0x10' }],
    ['MAX_DEVICES', { MAX_DEVICES: Number.NaN }],
    ['SESSION_DAYS', { SESSION_DAYS: '-1' }],
    ['SIGN_IN_FAILURES', { SIGN_IN_FAILURES: '' }],
    ['AUTH_REQUESTS_PER_MINUTE', { AUTH_REQUESTS_PER_MINUTE: ' ' }],
    ['SIGN_UP', { SIGN_UP: '' }],
    ['SIGN_UP', { SIGN_UP: 'maybe' }],
    ['MIN_PASSWORD_LENGTH', { MIN_PASSWORD_LENGTH: '65' }],
    ['MIN_PASSWORD_LENGTH', { MIN_PASSWORD_LENGTH: '8.5' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: '' }],
    ['ALLOWED_ORIGINS', { ALLOWED_ORIGINS: 'https://app.example.com/path' }],
    ['MAIL', { EMAIL_VERIFICATION: 'required' }],
    ['MAIL', { EMAIL_VERIFICATION: 'required', HIDE_ACCOUNTS: 'on' }],
    ['EMAIL_VERIFICATION', { ...WEBHOOK, HIDE_ACCOUNTS: 'on' }],
    ['HIDE_ACCOUNTS', { HIDE_ACCOUNTS: 'yes' }],
    ['NAMESPACES', { NAMESPACES: '' }],
    ['NAMESPACES', { NAMESPACES: 'todo,' }],
    ['NAMESPACES', { NAMESPACES: 'To do' }],
    ['NAMESPACES', { NAMESPACES: 'todo,admin' }],
    ['NAMESPACES', { NAMESPACES: 'todo-*' }],
    ['OPERATOR_KEY', { OPERATOR_KEY: '' }],
    ['OPERATOR_KEY', { OPERATOR_KEY: 'x'.repeat(31) }],
    ['OPERATOR_KEY', { OPERATOR_KEY: `${'x'.repeat(32)} y` }],
    ['LOG_KEY', { LOG_KEY: '' }],
    ['LOG_KEY', { LOG_KEY: 'x'.repeat(31) }],
    ['BREACHED_PASSWORDS_URL', { BREACHED_PASSWORDS_URL: 'http://api.example/range/' }],
    ['BREACHED_PASSWORDS_URL', { BREACHED_PASSWORDS_URL: 'api.example/range/' }],
    ['MAIL_WEBHOOK_URL', { ...WEBHOOK, MAIL_WEBHOOK_URL: undefined }],
    ['MAIL_WEBHOOK_URL', { ...WEBHOOK, MAIL_WEBHOOK_URL: '' }],
    ['MAIL_WEBHOOK_URL', { ...WEBHOOK, MAIL_WEBHOOK_URL: 'http://mail.example/hook' }],
    ['MAIL_WEBHOOK_URL', { ...WEBHOOK, MAIL_WEBHOOK_URL: 'https://u:p@mail.example/' }],
    ['MAIL_WEBHOOK_URL', { ...WEBHOOK, MAIL_WEBHOOK_URL: 'http://localhost.evil.example/' }],
    ['MAIL_WEBHOOK_SECRET', { ...WEBHOOK, MAIL_WEBHOOK_SECRET: undefined }],
    ['MAIL_WEBHOOK_SECRET', { MAIL_WEBHOOK_SECRET: 'x' }],
    ['MAIL_WEBHOOK_SECRET', { MAIL_WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }],
    ['MAIL_WEBHOOK_SECRET', { MAIL_WEBHOOK_SECRET: `${SECRET}A` }],
    ['MAIL_WEBHOOK_SECRET', { MAIL_WEBHOOK_SECRET: `whsec_${'-_'.repeat(20)}` }],
  ])('is reported with its variable %s: %j', (variable, variables) => {
    expect(findFaults(variables)).toEqual([{ variable, reason: expect.any(String) }]);
  });

  it('is reported together with all others, without their values', () => {
    const faults = findFaults({
      ...WEBHOOK,
      MAIL_WEBHOOK_SECRET: 'hunter2',
      MAX_DEVICES: 'hunter2',
    });
    expect(faults.map(({ variable }) => variable).sort()).toEqual([
      'MAIL_WEBHOOK_SECRET',
      'MAX_DEVICES',
    ]);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('does not affect rooms, which use the default', () => {
    expect(readConfig({ MAX_DEVICES: '' })).toEqual(readConfig({}));
    expect(readConfig({ ...WEBHOOK, MAX_DEVICES: '' }).MAIL).toBe('off');
  });
});

test.each([
  WEBHOOK,
  { ...WEBHOOK, MAIL_WEBHOOK_URL: 'http://127.0.0.1:8080/mail' },
  { ...WEBHOOK, MAIL_WEBHOOK_URL: 'http://[::1]/mail' },
  { ...WEBHOOK, EMAIL_VERIFICATION: 'required', HIDE_ACCOUNTS: 'on' },
  { BREACHED_PASSWORDS_URL: 'https://api.pwnedpasswords.com/range/' },
  { NAMESPACES: ' todo, notes ' },
  { NAMESPACES: '*' },
  { OPERATOR_KEY: 'x'.repeat(32) },
  { LOG_KEY: 'x'.repeat(32) },
  { MAX_DEVICES: ' 12 ' },
  { HEARTBEAT_SECONDS: '0.5' },
  { ALLOWED_ORIGINS: 'https://*.example.com' },
])('%j is valid', (variables) => {
  expect(findFaults(variables)).toEqual([]);
});
