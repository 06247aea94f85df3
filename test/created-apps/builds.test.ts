import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPartykitPlatform } from '../../dev/partykit-platform.ts';
import { edit, runScript, useWorkshop } from '../helpers/packages/created-apps.ts';

const workshop = useWorkshop();

// Each front end and each server is here at least once; files.test.ts shows that they are all.
test.each([
  ['react', 'partykit'],
  ['vue', 'workers'],
  ['svelte', 'partykit'],
  ['solid', 'workers'],
  ['vanilla', 'partykit'],
] as const)(
  '%s on %s has no type errors and builds',
  async (framework, platform) => {
    const app = await workshop.install(framework, platform);
    await Promise.all([runScript(app, ['check']), runScript(app, ['build'])]);
    const page = await readFile(join(app, 'dist/index.html'), 'utf8');
    const assets = await readdir(join(app, 'dist/assets'));
    expect(page).toContain(`<title>${framework}-app</title>`);
    for (const kind of ['.js', '.css'])
      expect(assets.some((name) => name.endsWith(kind) && page.includes(name))).toBe(true);
  },
  120_000,
);

// A check that looks at nothing would pass too.
test.each([
  ['react', 'workers', 'tsx'],
  ['vue', 'partykit', 'vue'],
  ['svelte', 'workers', 'svelte'],
] as const)(
  'the check of %s on %s finds a type error',
  async (framework, platform, extension) => {
    const app = await workshop.install(framework, platform);
    await edit(join(app, `src/TaskList.${extension}`), 'setDone(', 'setDone(1, ');
    await expect(runScript(app, ['check'])).rejects.toThrow(/Expected 3 arguments/);
  },
  120_000,
);

test('a deployment to Workers has the page and the server', async () => {
  const app = await workshop.install('vanilla', 'workers');
  const output = await runScript(app, ['deploy', '--', '--dry-run']);
  expect(output).toMatch(/Read \d+ files from the assets directory/);
  expect(output).toContain('TINYHOST_USER');
}, 120_000);

test('a deployment to PartyKit has the page and the server', async () => {
  const app = await workshop.install('solid', 'partykit');
  const platform = await startPartykitPlatform();
  onTestFinished(() => platform.stop());
  const output = await runScript(app, ['deploy'], { ...platform.variables, HOME: app });
  expect(output).toContain('Deployed');
  // PartyKit puts a hash into each name.
  const kinds = platform.fileNames().map((name) => extname(name));
  const built = await readdir(join(app, 'dist'), { recursive: true });
  expect(kinds.sort()).toEqual(
    built
      .map((name) => extname(name))
      .filter(Boolean)
      .sort(),
  );
  expect(kinds).toContain('.html');
}, 120_000);
