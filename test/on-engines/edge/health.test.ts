import { expect, inject, test } from 'vitest';
import { version } from '../../../package.json';

test('health tells status, time, version, engine and password hashing', async () => {
  const response = await fetch(`${inject('url')}/health`);
  const body = (await response.json()) as { timestamp: string };
  expect(body).toEqual({
    status: 'ok',
    timestamp: expect.any(String),
    version,
    engine: inject('engine'),
    password_hash: 'argon2id',
  });
  expect(Math.abs(Date.parse(body.timestamp) - Date.now())).toBeLessThan(60_000);
});
