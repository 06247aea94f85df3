import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { frameworks, platforms, useWorkshop } from '../helpers/packages/created-apps.ts';

const combinations = frameworks.flatMap((framework) =>
  platforms.map((platform) => ({ framework, platform })),
);

const workshop = useWorkshop();

/** The files of each app, by `framework platform`. */
const apps = new Map<string, Map<string, string>>();
let folder = '';

beforeAll(async () => {
  const create = async ({ framework, platform }: (typeof combinations)[number]) => {
    const app = await workshop.create(framework, platform);
    apps.set(`${framework} ${platform}`, await filesOf(app));
    folder = dirname(dirname(app));
  };
  await Promise.all(combinations.map(create));
});

async function filesOf(app: string): Promise<Map<string, string>> {
  const entries = await readdir(app, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(app.length + 1));
  const texts = await Promise.all(paths.map((path) => readFile(join(app, path), 'utf8')));
  return new Map(paths.map((path, at) => [path, texts[at]!]));
}

/** The files of an app for which `isPart` holds. */
const partOf = (app: string, isPart: (path: string) => boolean) =>
  Object.fromEntries([...apps.get(app)!].filter(([path]) => isPart(path)));

test.each(combinations)('$framework on $platform has fewer than 20 files', (combination) => {
  const files = apps.get(`${combination.framework} ${combination.platform}`)!;
  expect(files.size).toBeGreaterThan(10);
  expect(files.size).toBeLessThan(20);
  const longest = Math.max(...[...files.values()].map((text) => text.split('\n').length));
  expect(longest).toBeLessThan(100);
});

test('the files of every app are formatted and have no lint', async () => {
  const biome = [
    'node_modules/.bin/biome',
    ['ci', '--config-path=.', '--vcs-enabled=false'],
  ] as const;
  const { stdout } = await promisify(execFile)(biome[0], [...biome[1], folder]);
  expect(stdout).toMatch(/Checked \d{3} files/);
});

// The tests in a browser rely on the next two, and run each part once.
test.each(frameworks)('the front end of %s is the same on both platforms', (framework) => {
  const isFrontEnd = (path: string) => /^(src\/|index\.html|vite\.config|tsconfig)/.test(path);
  const [one, two] = platforms.map((platform) => partOf(`${framework} ${platform}`, isFrontEnd));
  expect(one).toEqual(two);
  expect(Object.keys(one!).length).toBeGreaterThan(6);
});

test.each(platforms)('the server on %s is the same for all frameworks', (platform) => {
  const isServer = (path: string) => path.startsWith('server/');
  const servers = frameworks.map((framework) => partOf(`${framework} ${platform}`, isServer));
  for (const server of servers) expect(server).toEqual(servers[0]);
  expect(Object.keys(servers[0]!).length).toBeGreaterThan(0);
});
