import { UsageError } from './usage.ts';

interface Part {
  run(args: string[]): Promise<void>;
}

const PARTS: Record<string, () => Promise<Part>> = {
  client: () => import('./client/part.ts'),
  sync: () => import('./sync/part.ts'),
  auth: () => import('./auth/part.ts'),
  offline: () => import('./offline/part.ts'),
};

const HELP = `npm run bench                          runs every part
npm run bench -- PART [OPTION ...]     runs one part: ${Object.keys(PARTS).join(', ')}
npm run bench -- PART --help           lists the options of a part`;

async function main([name, ...args]: string[]): Promise<void> {
  if (name === '--help' || name === '-h') return console.log(HELP);
  for (const part of name === undefined ? Object.keys(PARTS) : [name]) {
    const load = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined;
    if (!load) throw new UsageError(`there is no part ${JSON.stringify(part)}\n\n${HELP}`);
    await (await load()).run(args);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
