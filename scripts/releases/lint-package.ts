import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Manifest } from '../packages.ts';

/** The packages have only ES modules, so nobody resolves them in another way. */
const RESOLUTIONS = ['node16-esm', 'bundler'];

/** Returns what publint and Are The Types Wrong find in the tarball of a package. */
export async function lintPackage(tarball: string): Promise<string[]> {
  const data = await readFile(tarball);
  return [...(await runPublint(data)), ...(await runAttw(data))];
}

async function runPublint(data: Buffer): Promise<string[]> {
  const archive = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: archive as ArrayBuffer } });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

async function runAttw(data: Buffer): Promise<string[]> {
  const archive = createPackageFromTarballData(new Uint8Array(data));
  const manifest = archive.readFile(`/node_modules/${archive.packageName}/package.json`);
  // A command is run, never imported.
  if (!(JSON.parse(manifest) as Manifest).exports) return [];
  const result = await checkPackage(archive);
  if (!result.types) return ['the package has no types'];
  const relevant = result.problems.filter(
    (problem) => !('resolutionKind' in problem) || RESOLUTIONS.includes(problem.resolutionKind),
  );
  const unresolved = Object.entries(result.entrypoints).flatMap(([entry, { resolutions }]) =>
    RESOLUTIONS.filter((kind) => !resolutions[kind as 'bundler'].resolution).map(
      (kind) => `${entry} does not resolve under ${kind}`,
    ),
  );
  return [...relevant.map((problem) => JSON.stringify(problem)), ...unresolved];
}
