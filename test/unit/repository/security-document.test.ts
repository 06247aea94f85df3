import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';

const text = readFileSync('docs/security.md', 'utf8');

/** The ASVS table: id, subject and state. */
const rows = [...text.matchAll(/^\| (V\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$/gm)].map(
  ([, id = '', about = '', state = '']) => ({ id, about, state }),
);

/** The tests that the document names. */
const named = [...text.matchAll(/`((?:test|trials)\/[\w./-]+\.ts)` "((?:[^"])+)"/g)].map(
  ([, file = '', title = '']) => ({ file, title }),
);

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, source: readFileSync(join('src', path), 'utf8') }));

describe('the security document', () => {
  it('lists each requirement of ASVS 5.0 up to level 2 once', () => {
    const ids = readFileSync('test/fixtures/asvs-5-level-2.txt', 'utf8').trim().split('\n');
    expect(ids).toHaveLength(253);
    expect(rows.map(({ id }) => id)).toEqual(ids);
  });

  it('states for each whether and how it is met', () => {
    for (const { id, state } of rows) {
      expect(state, id).toMatch(/^(met: (by `(test|trials)\/|in \[)|not (applicable|met): \S)/);
    }
  });

  it('names existing tests', () => {
    expect(named.length).toBeGreaterThan(100);
    const inTests = text.match(/`(?:test|trials)\//g) ?? [];
    expect(inTests).toHaveLength(named.length);
    for (const { file, title } of named) {
      const source = readFileSync(file, 'utf8').replaceAll("\\'", "'");
      const quoted = ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}`));
      expect(quoted, `${file}: ${title}`).toBe(true);
    }
  });
});

test("every secret comes from the runtime's secure random generator", () => {
  const others = sources.filter(({ source }) => /Math\.random/.test(source));
  // It distributes hashes over rooms, which needs no secret.
  expect(others.map(({ path }) => path)).toEqual(['auth/passwords/hashing-pool.ts']);
  const makers = sources.filter(({ source }) =>
    /crypto\.(randomUUID|getRandomValues)/.test(source),
  );
  expect(makers.length).toBeGreaterThan(0);
});

test('the service follows no redirect', () => {
  const callers = sources.filter(({ source }) => /(await|return) fetch\(/.test(source));
  expect(callers.map(({ path }) => path)).toContain('auth/webhook.ts');
  for (const { path, source } of callers) {
    const calls = source.match(/(await|return) fetch\(/g) ?? [];
    const kept = source.match(/redirect: '(manual|error)'/g) ?? [];
    expect(kept.length, path).toBe(calls.length);
  }
});
