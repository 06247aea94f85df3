import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Installation, installPackages } from './install-packages.ts';

/** A project outside the repository, with our packages installed. */
export interface Project {
  folder: string;
  remove(): Promise<void>;
}

const MANIFEST = '{ "private": true, "type": "module" }';

/** Creates a project from files. */
export async function createProject(
  installation: Installation,
  files: Record<string, string> = {},
): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyhost-app-'));
  for (const [path, text] of Object.entries({ 'package.json': MANIFEST, ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await installPackages(folder, installation);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Creates a project from a folder of examples/. */
export async function createExample(name: string, installation: Installation): Promise<Project> {
  const project = await createProject(installation);
  await cp(join('examples', name), project.folder, { recursive: true });
  return project;
}

/** Creates a project that lasts until the test ends, and returns its folder. */
export const newProject: Lasting<typeof createProject> = (...options) =>
  untilTestEnds(createProject(...options));

/** Creates a project like an example that lasts until the test ends, and returns its folder. */
export const newExample: Lasting<typeof createExample> = (...options) =>
  untilTestEnds(createExample(...options));

type Lasting<Create extends (...options: never[]) => Promise<Project>> = (
  ...options: Parameters<Create>
) => Promise<string>;

async function untilTestEnds(created: Promise<Project>): Promise<string> {
  const { folder, remove } = await created;
  onTestFinished(remove);
  return folder;
}
