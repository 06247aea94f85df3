import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';

test('settings come as texts or numbers, and have defaults', () => {
  const config = readConfig({ SESSION_DAYS: '30', MAX_DEVICES: 2, HIBERNATE: 'off' });
  expect(config).toMatchObject({ SESSION_DAYS: 30, MAX_DEVICES: 2, HIBERNATE: 'off' });
  expect(config).toMatchObject({ MIN_PASSWORD_LENGTH: 8, MAIL: 'off', SIGN_UP: 'on' });
});

test.each([
  ['a limit that is no number', { MAX_DEVICES: 'many' }],
  ['a limit below 0', { SESSION_DAYS: '-1' }],
  ['a choice that is none', { SIGN_UP: 'maybe' }],
  ['a password of more than 64 characters at least', { MIN_PASSWORD_LENGTH: '65' }],
  ['verification without mail', { EMAIL_VERIFICATION: 'required' }],
  ['a webhook without a URL', { MAIL: 'webhook' }],
  ['a weak webhook secret', { MAIL_WEBHOOK_SECRET: 'whsec_c2hvcnQ=' }],
])('%s is refused', (_, variables) => {
  expect(() => readConfig(variables)).toThrow();
});
