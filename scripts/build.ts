import { copyFile, rm } from 'node:fs/promises';
import { buildClient } from './build/client.ts';
import { buildCreateCommand } from './build/command.ts';
import { buildServer } from './build/server.ts';
import { folderOf, PACKAGES, type PackageFolder } from './packages.ts';

const BUILDS: Record<PackageFolder, () => Promise<void>> = {
  client: buildClient,
  server: buildServer,
  'create-tinyhost': buildCreateCommand,
};

/** Builds the packages with these names, or all: `npm run build -- client`. */
async function run(names: string[]): Promise<void> {
  const unknown = names.find((name) => !PACKAGES.includes(name as PackageFolder));
  if (unknown !== undefined) {
    console.error(`there is no package ${unknown}, only ${PACKAGES.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  for (const folder of PACKAGES.filter((name) => names.length === 0 || names.includes(name))) {
    await rm(`${folderOf(folder)}/dist`, { recursive: true, force: true });
    await copyFile('LICENSE', `${folderOf(folder)}/LICENSE`);
    await BUILDS[folder]();
  }
}

await run(process.argv.slice(2));
