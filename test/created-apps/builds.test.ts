import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPartykitPlatform } from '../../dev/partykit-platform.ts';
import {
  edit,
  frameworks,
  platforms,
  runScript,
  useWorkshop,
} from '../helpers/packages/created-apps.ts';

const workshop = useWorkshop();

/** A mistake in a file of an app, and what the type check says about it. */
interface Mistake {
  file: RegExp;
  from: string;
  to: string;
  problem: RegExp;
}

/** One in a component, a misspelt cell in the data, one in the server. */
const MISTAKES: Mistake[] = [
  {
    file: /^src\/task-?list\.(tsx?|vue|svelte)$/i,
    from: 'addTask(',
    to: 'addTask(1, ',
    problem: /Expected 2 arguments/,
  },
  { file: /^src\/tasks\.ts$/, from: "'done', done", to: "'dnoe', done", problem: /"dnoe"/ },
  {
    file: /^server\/(main|worker)\.ts$/,
    from: 'createTinyHost()',
    to: "createTinyHost({ basePaht: '/' })",
    problem: /basePaht/,
  },
];

// Both apps of a framework are built. One is checked as it is. The check of the other has to find
// the mistakes and nothing else, so it has seen all files, and none of them has another error.
test.each(frameworks.map((framework, at) => [framework, platforms[at % 2]!] as const))(
  'an app with %s has no type errors and builds on both platforms, and its check finds mistakes',
  async (framework, first) => {
    const second = platforms.find((platform) => platform !== first)!;
    const [app, other] = await Promise.all([
      workshop.install(framework, first),
      workshop.install(framework, second),
    ]);
    await Promise.all([
      runScript(app, ['check']),
      expectBuild(app),
      expectBuild(other).then(() => expectMistakesFound(other)),
    ]);
  },
  120_000,
);

async function expectBuild(app: string): Promise<void> {
  await runScript(app, ['build']);
  const page = await readFile(join(app, 'dist/index.html'), 'utf8');
  const assets = await readdir(join(app, 'dist/assets'));
  expect(page).toContain(`<title>${basename(app)}</title>`);
  for (const kind of ['.js', '.css'])
    expect(assets.some((name) => name.endsWith(kind) && page.includes(name))).toBe(true);
}

async function expectMistakesFound(app: string): Promise<void> {
  const files = await readdir(app, { recursive: true });
  for (const { file, from, to } of MISTAKES) {
    await edit(join(app, files.find((path) => file.test(path))!), from, to);
  }
  const output = await runScript(app, ['check']).catch(({ message }: Error) => message);
  for (const { problem } of MISTAKES) expect(output).toMatch(problem);
  expect(output.match(POSITION)).toHaveLength(MISTAKES.length);
}

/** Where an error is, as TypeScript and as svelte-check write it. */
const POSITION = /\((\d+),(\d+)\): error|:\d+:\d+$/gm;

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
