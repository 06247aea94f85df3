import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { PACKAGES } from '../../../scripts/packages.ts';
import { releaseNotes, unreleasedNotes } from '../../../scripts/releases/changelog.ts';
import { ReleaseError, readRelease } from '../../../scripts/releases/options.ts';
import { isAfter, setVersion } from '../../../scripts/releases/versions.ts';

const run = promisify(execFile);

describe('the arguments of a release', () => {
  it('are a version after the present one, or the present one, and perhaps --dry-run', () => {
    expect(readRelease(['1.0.0', '--dry-run'], '0.9.3')).toEqual({
      version: '1.0.0',
      dryRun: true,
    });
    expect(readRelease(['0.1.0'], '0.1.0')).toEqual({ version: '0.1.0', dryRun: false });
  });

  it.each([
    [[], 'npm run release'],
    [['1.0.0', '2.0.0'], 'npm run release'],
    [['1.0.0', '--publish'], '--publish'],
    [['v1.0.0'], 'v1.0.0 is not a version'],
    [['1.0'], '1.0 is not a version'],
    [['01.0.0'], '01.0.0 is not a version'],
    [['0.0.9'], '0.0.9 does not come after the present version 0.1.0'],
  ])('%j are refused with a message', (args, message) => {
    expect(() => readRelease(args, '0.1.0')).toThrow(ReleaseError);
    expect(() => readRelease(args, '0.1.0')).toThrow(message);
  });
});

test('versions are ordered as Semantic Versioning says', () => {
  const ordered = ['0.1.0', '0.2.0-alpha.2', '0.2.0-alpha.10', '0.2.0-beta.1', '0.2.0', '0.10.0'];
  for (const [at, version] of ordered.entries()) {
    for (const earlier of ordered.slice(0, at)) {
      expect(isAfter(version, earlier), `${version} after ${earlier}`).toBe(true);
      expect(isAfter(earlier, version), `${earlier} after ${version}`).toBe(false);
    }
    expect(isAfter(version, version)).toBe(false);
  }
});

test('a new version replaces only our own', () => {
  const lockfile = {
    name: 'tinyhost',
    version: '0.1.0',
    packages: { '': { name: 'tinyhost', version: '0.1.0' }, other: { version: '0.1.0' } },
    dependencies: { tinyhost: '^0.1.0', other: '^0.1.0', 'tinyhost-client': '0.1.0' },
  };
  const text = setVersion(JSON.stringify(lockfile, null, 2), '0.1.0', '0.2.0', [
    'tinyhost',
    'tinyhost-client',
  ]);
  expect(JSON.parse(text)).toEqual({
    name: 'tinyhost',
    version: '0.2.0',
    packages: { '': { name: 'tinyhost', version: '0.2.0' }, other: { version: '0.1.0' } },
    dependencies: { tinyhost: '^0.2.0', other: '^0.1.0', 'tinyhost-client': '0.2.0' },
  });
});

describe('the changelog', () => {
  const EMPTY =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n## [0.1.0] - 2026-01-01\n\n- One.\n';
  const FULL = EMPTY.replace('### Added\n', '### Added\n\n- Two.\n');

  it('has notes of the next release only if there is an entry', () => {
    expect(unreleasedNotes(FULL)).toBe('### Added\n\n- Two.');
    expect(unreleasedNotes(EMPTY)).toBeUndefined();
    expect(unreleasedNotes('# Changelog\n')).toBeUndefined();
  });

  it('gets a section for the release, and an empty one for the next', () => {
    const released = releaseNotes(FULL, '0.2.0', '2026-02-03');
    expect(released).toContain('## [Unreleased]\n\n## [0.2.0] - 2026-02-03\n\n### Added\n\n- Two.');
    expect(unreleasedNotes(released)).toBeUndefined();
  });
});

describe('a release in a clone', () => {
  let clone = '';
  const git = (...args: string[]) => run('git', args, { cwd: clone });
  const release = (...args: string[]) =>
    run(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/release.ts', ...args], {
      cwd: clone,
    }).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      ({ code, stderr, stdout }) => ({ code, output: `${stderr}${stdout}` }),
    );

  beforeAll(async () => {
    clone = await mkdtemp(join(tmpdir(), 'tinyhost-release-'));
    const left = /^(node_modules|\.git|\.partykit|\.wrangler|artefacts|dist|release)$/;
    await cp('.', clone, { recursive: true, filter: (path) => !left.test(basename(path)) });
    await symlink(resolve('node_modules'), join(clone, 'node_modules'));
    await git('init', '--quiet');
    await writeFile(join(clone, '.git/info/exclude'), 'node_modules\n');
    await git('config', 'user.name', 'Tester');
    await git('config', 'user.email', 'tester@example.com');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'Everything');
  }, 60_000);

  afterAll(() => rm(clone, { recursive: true, force: true }));

  it('is refused while changes are not committed, and changes nothing', async () => {
    const readme = join(clone, 'README.md');
    const text = await readFile(readme, 'utf8');
    await writeFile(readme, `${text}\n`);
    const { code, output } = await release('9.0.0', '--dry-run');
    expect(output).toContain('commit or stash these changes first:\n M README.md');
    expect(code).toBe(2);
    await writeFile(readme, text);
  });

  it('is refused if the tag exists', async () => {
    await git('tag', 'v9.0.1');
    const { code, output } = await release('9.0.1', '--dry-run');
    expect(output).toContain('the tag v9.0.1 exists');
    expect(code).toBe(2);
  });

  it('packs every package under its version in a dry run, and leaves no change', async () => {
    const { code, output } = await release('9.0.0', '--dry-run');
    expect(output).toContain('This was a dry run');
    expect(code).toBe(0);
    expect([
      ...output.matchAll(/^release\/[a-z-]+-9\.0\.0\.tgz: \d+ bytes, sha512-/gm),
    ]).toHaveLength(PACKAGES.length);
    expect((await git('status', '--porcelain')).stdout).toBe('');
    expect((await git('tag', '--list')).stdout).not.toContain('v9.0.0');
  }, 180_000);
});
