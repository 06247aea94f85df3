import { exec } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { TinyHostError } from '../../../client/index.ts';
import { readInvitationLink } from '../../../demo/lists/invitation-link.ts';
import { age } from '../../../demo/ui/age.ts';
import { errorMessage } from '../../../demo/ui/error-messages.ts';
import { readMailLink, tokenIn } from '../../../demo/welcome/mail-link.ts';

describe('an error message', () => {
  test.each([
    [undefined, 'later'],
    [1, 'in 1 second'],
    [59, 'in 59 seconds'],
    [60, 'in 1 minute'],
    [61, 'in 2 minutes'],
    [900, 'in 15 minutes'],
  ])('says how long to wait if the server sends %s seconds', (retryAfter, words) => {
    const error = new TinyHostError('too_many_requests', 'slow down', { status: 429, retryAfter });
    expect(errorMessage(error)).toBe(`Too many attempts. Try again ${words}.`);
  });

  it('uses the text of the form, of the page, or of the server', () => {
    const wrong = new TinyHostError('invalid_credentials', 'address or password is wrong');
    expect(errorMessage(wrong, { invalid_credentials: 'Not yours.' })).toBe('Not yours.');
    expect(errorMessage(wrong)).toBe('The address or the password is wrong.');
    expect(errorMessage(new TinyHostError('invalid_field', 'a password needs more'))).toBe(
      'A password needs more.',
    );
    expect(errorMessage(new TypeError('x is not a function'))).toBe('X is not a function.');
  });
});

describe('a mailed token', () => {
  const token = '0b1c2d3e-4f50-8a6b-9c7d-8e9f0a1b2c3d';

  it('is read from a link and from pasted text', () => {
    expect(readMailLink(`#reset=${token}`)).toEqual({ purpose: 'reset', token });
    expect(readMailLink(`#verify=${token}`)).toEqual({ purpose: 'verify', token });
    for (const text of [token, ` ${token}\n`, `https://sync.example.com/#verify=${token}`]) {
      expect(tokenIn(text)).toBe(token);
    }
  });

  test.each(['', '#', '#reset=', '#other=1', `#x#reset=${token}`])(
    'is not found in %j',
    (fragment) => {
      expect(readMailLink(fragment)).toBeUndefined();
    },
  );

  it('is not affected by a broken escape', () => {
    expect(readMailLink('#reset=%E0%')).toEqual({ purpose: 'reset', token: '%E0%' });
  });
});

describe('the token of an invitation', () => {
  it('is read from the fragment of a link', () => {
    const token = `${'0b1c2d3e4f508a6b'.repeat(4)}`;
    expect(readInvitationLink(`#invitation=${token}`)).toBe(token);
  });

  test.each(['', '#invitation=', '#invitation=a/b', '#x#invitation=a', '#reset=a'])(
    'is not found in %j',
    (fragment) => {
      expect(readInvitationLink(fragment)).toBeUndefined();
    },
  );
});

test.each([
  [-500, '0 s ago'],
  [59_000, '59 s ago'],
  [119_000, '119 s ago'],
  [120_000, '2 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [49 * 3_600_000, '2 d ago'],
])('%i ms ago is %s', (milliseconds, words) => {
  expect(age(milliseconds)).toBe(words);
});

test('each command that serves or deploys the page first removes the files of former builds', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const name of ['dev', 'deploy', 'build:demo']) {
    expect(scripts[`pre${name}`]).toMatch(/^npm run clean\b/);
  }
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'demo/public/assets'), { recursive: true });
  await writeFile(join(folder, 'demo/public/assets/chunk-OLD.js'), '');
  await writeFile(join(folder, 'demo/public/page.txt'), '');
  await promisify(exec)(scripts.clean!, { cwd: folder });
  await access(join(folder, 'demo/public/page.txt'));
  await expect(access(join(folder, 'demo/public/assets'))).rejects.toThrow();
});
