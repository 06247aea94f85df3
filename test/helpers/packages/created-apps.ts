import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import {
  FRAMEWORKS,
  type Framework,
  PLATFORMS,
  type Platform,
} from '../../../packages/create-tinyhost/src/choices.ts';
import type { Manifest } from '../../../packages/create-tinyhost/src/manifest.ts';
import { installPackages } from './install-packages.ts';

const run = promisify(execFile);

export const frameworks = Object.keys(FRAMEWORKS) as Framework[];
export const platforms = Object.keys(PLATFORMS) as Platform[];

/** Creates apps for a test file, with the command of the tarball. */
export interface Workshop {
  /** Creates an app without its packages and returns its folder. */
  create(framework: Framework, platform: Platform): Promise<string>;
  /** Creates an app with the packages that its package.json asks for. */
  install(framework: Framework, platform: Platform): Promise<string>;
}

/** Apps are outside the repository, so that they find only their own packages. */
export function useWorkshop(): Workshop {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tinyhost-apps-'));
    await installPackages(folder, { packages: ['create-tinyhost'] });
  }, 150_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function create(framework: Framework, platform: Platform): Promise<string> {
    const parent = join(folder, `${count++}`);
    // The apps of a framework have one name, so that their files can be compared.
    const name = `${framework}-app`;
    const command = join(folder, 'node_modules/create-tinyhost/dist/index.js');
    await mkdir(parent, { recursive: true });
    const flags = ['--framework', framework, '--platform', platform];
    await run(process.execPath, [command, name, ...flags], { cwd: parent });
    return join(parent, name);
  }

  async function install(framework: Framework, platform: Platform): Promise<string> {
    const app = await create(framework, platform);
    const { dependencies, devDependencies } = await manifestOf(app);
    const names = Object.keys({ ...dependencies, ...devDependencies });
    const others = names.filter((name) => name !== 'tinyhost' && name !== 'tinyhost-client');
    await installPackages(app, { packages: ['client', 'server'], others });
    return app;
  }

  return { create, install };
}

export const manifestOf = async (app: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(app, 'package.json'), 'utf8')) as Manifest;

/** Runs one of an app's scripts. Throws with its output if it fails. */
export async function runScript(
  app: string,
  args: string[],
  variables: Record<string, string> = {},
): Promise<string> {
  try {
    const options = { cwd: app, env: { ...process.env, ...variables } };
    const { stdout } = await run('npm', ['run', ...args], options);
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`npm run ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }
}

/** Replaces text in a file of an app. */
export async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(file, text.replaceAll(from, to));
}
