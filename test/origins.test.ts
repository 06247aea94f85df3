import { expect, inject, test } from 'vitest';
import { bearer, newUser } from './helpers/users.ts';

const url = inject('url');
const Origin = 'https://app.example';

test('a preflight from any origin is allowed and may be kept for a day', async () => {
  const response = await fetch(`${url}/todo/sign-in`, {
    method: 'OPTIONS',
    headers: {
      Origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-session-uuid',
    },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(response.headers.get('access-control-max-age')).toBe('86400');
  expect(response.headers.get('access-control-allow-headers')).toContain('X-Session-UUID');
});

test('answers and refusals can be read by a page of another origin, and are kept by nobody', async () => {
  const { session_uuid } = await newUser();
  for (const headers of [{ Origin, ...bearer(session_uuid) }, { Origin }]) {
    const response = await fetch(`${url}/api/session`, { headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
});
