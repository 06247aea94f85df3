import { expect, inject, test } from 'vitest';
import { bearer, newUser, post } from '../../helpers/requests/users.ts';

const url = inject('url');

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
};

/** Parses a policy into its directives and their sources. */
const directives = (response: Response): Record<string, string> =>
  Object.fromEntries(
    (response.headers.get('content-security-policy') ?? '').split(/; ?/).map((directive) => {
      const [name, ...sources] = directive.split(' ');
      return [name, sources.join(' ')];
    }),
  );

test('the page may only load its own files, run no inline code and never be framed', async () => {
  const response = await fetch(`${url}/`);
  expect(Object.fromEntries(response.headers)).toMatchObject(EVERYWHERE);
  expect(directives(response)).toEqual({
    'default-src': "'none'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    'form-action': "'self'",
    'script-src': "'self'",
    'style-src': expect.stringMatching(/^'self' 'sha256-[\w+/]{43}='$/),
    'img-src': "'self' data:",
    'connect-src': "'self'",
    'worker-src': "'self'",
  });
  const html = await response.text();
  expect(html).toContain('<script type="module" src="/assets/main.js"></script>');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/i);
});

test('the dashboard may only load its own files, and has fewer rights than the page', async () => {
  const response = await fetch(`${url}/admin`);
  expect(Object.fromEntries(response.headers)).toMatchObject(EVERYWHERE);
  expect(directives(response)).toEqual({
    'default-src': "'none'",
    'object-src': "'none'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
    'form-action': "'self'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'connect-src': "'self'",
  });
  expect(await response.text()).not.toMatch(
    /<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/i,
  );
});

test("the page's HTML is not served as a page at any other address", async () => {
  for (const path of ['/page.txt', '/page', '/index.html', '/page.html', '/dashboard.txt']) {
    const response = await fetch(`${url}${path}`);
    expect(response.headers.get('content-type'), path).not.toContain('text/html');
  }
});

test('responses and refusals of every kind have the security headers', async () => {
  const { session_uuid } = await newUser();
  const answers = [
    await fetch(`${url}/health`),
    await fetch(`${url}/api/session`, { headers: bearer(session_uuid) }),
    await fetch(`${url}/api/session`),
    await fetch(`${url}/no/such/path`),
    await fetch(`${url}/health`, { method: 'DELETE' }),
    await post(`${url}/todo/sign-in`, '{'),
    await post(`${url}/todo/sign-in`, { email: 'x', password: 'x' }),
    await fetch(`${url}/todo/ws`),
    await fetch(`${url}/parties/user/someone`),
    await fetch(`${url}/todo/store`, { headers: bearer(session_uuid) }),
    await fetch(`${url}/todo/sign-in`, { method: 'OPTIONS' }),
  ];
  for (const response of answers) {
    expect(Object.fromEntries(response.headers), response.url).toMatchObject(EVERYWHERE);
    expect(directives(response), response.url).toEqual({
      'default-src': "'none'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'form-action': "'none'",
      sandbox: '',
    });
  }
});

// PartyKit sets no headers of ours on static files, but their media types are correct.
test('static files have the right media type, and on Workers browsers must not sniff it', async () => {
  const files = {
    '/assets/main.js': 'javascript',
    '/assets/main.css': 'css',
    '/sw.js': 'javascript',
  };
  for (const [path, type] of Object.entries(files)) {
    const { headers } = await fetch(`${url}${path}`);
    expect(headers.get('content-type')).toContain(type);
    if (inject('engine') === 'partykit') continue;
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  }
});
