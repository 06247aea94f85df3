import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Launch options for the Chromium that npm installs. */
export interface Chromium {
  executablePath: string;
  /** Locates its shared libraries and its fonts. */
  env: Record<string, string>;
}

/**
 * Unpacks Chromium once per version, with the libraries and fonts that a minimal Debian lacks. Call
 * it before tests start, because a program cannot run while it is being written.
 */
export default async function unpackChromium(): Promise<void> {
  const folder = await folderOfVersion();
  if (existsSync(folder)) {
    // The repository may have moved since then.
    await writeFile(join(folder, 'fonts.conf'), fontsConfig(folder));
    return;
  }
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  await unpackTo(partial);
  await writeFile(join(partial, 'fonts.conf'), fontsConfig(folder));
  // Another test run may have unpacked it in the meantime.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
}

export async function unpackedChromium(): Promise<Chromium> {
  const folder = await folderOfVersion();
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  };
}

async function folderOfVersion(): Promise<string> {
  const manifest = await readFile('node_modules/@sparticuz/chromium/package.json', 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return resolve('node_modules/.cache', `chromium-${version}`);
}

/**
 * The package reads the temporary folder from TMPDIR when it is imported, and unpacks its shared
 * libraries only if AWS_EXECUTION_ENV says that it runs on AWS Lambda.
 */
async function unpackTo(folder: string): Promise<void> {
  const { TMPDIR, AWS_EXECUTION_ENV } = process.env;
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' });
  const { default: packed } = await import('@sparticuz/chromium');
  await packed.executablePath();
  restore({ TMPDIR, AWS_EXECUTION_ENV });
}

function restore(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Replaces the package's own configuration, which refers to a folder of AWS Lambda. */
const fontsConfig = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts', 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
